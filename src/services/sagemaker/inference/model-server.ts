import { Agent, type IncomingMessage, type RequestOptions, request } from "node:http";

/** What a model server answered. */
export interface ModelAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** No answer: `refused` when none can have begun (the server is gone or going), else it did not end in time. */
export class NoAnswer extends Error {
  readonly refused: boolean;
  /** The connection had served another request before. */
  readonly reused: boolean;
  constructor(refused: boolean, reused: boolean, cause: unknown) {
    super(refused ? "the model server could not be reached" : "the model server did not answer", { cause });
    this.name = "NoAnswer";
    this.refused = refused;
    this.reused = reused;
  }
}

// Connections that wait for the next request. It holds nothing that an answer depends on.
const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });

/** Sends one invocation to the model server that listens on a Unix socket. */
export async function invokeModelServer(
  socketPath: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  timeoutMilliseconds: number,
): Promise<ModelAnswer> {
  const options: RequestOptions = {
    socketPath,
    path: "/invocations",
    method: "POST",
    headers: { ...headers, host: "localhost", "content-length": body.byteLength },
    timeout: timeoutMilliseconds,
  };
  const first = await send({ ...options, agent }, body);
  // A model server may close a waiting connection at the very moment it is used again: that says nothing of the server.
  const last =
    first instanceof NoAnswer && first.refused && first.reused ? await send({ ...options, agent: false }, body) : first;
  if (last instanceof NoAnswer) throw last;
  return last;
}

function send(options: RequestOptions, body: Uint8Array): Promise<ModelAnswer | NoAnswer> {
  return new Promise((resolve) => {
    let refused = true;
    const outgoing = request(options);
    const fail = (error: unknown) => resolve(new NoAnswer(refused, outgoing.reusedSocket, error));
    outgoing.once("timeout", () => {
      refused = false;
      outgoing.destroy(new Error("the model server has not answered in time"));
    });
    outgoing.once("error", fail);
    outgoing.once("response", (response) => {
      refused = false;
      readAll(response).then(
        (body) => resolve({ status: response.statusCode!, headers: response.headers, body }),
        fail,
      );
    });
    outgoing.end(body);
  });
}

function readAll(response: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.once("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
    response.once("error", reject);
  });
}
