import { Agent, type IncomingMessage, request } from "node:http";

/** What a model server answered. */
export interface ModelAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** No answer: `refused` when none can have begun (the server is gone or going), else it did not end in time. */
export class NoAnswer extends Error {
  readonly refused: boolean;
  constructor(refused: boolean, cause: unknown) {
    super(refused ? "the model server could not be reached" : "the model server did not answer", { cause });
    this.name = "NoAnswer";
    this.refused = refused;
  }
}

// Connections that wait for the next request. It holds nothing that an answer depends on.
const agent = new Agent({ keepAlive: true, maxFreeSockets: 64 });

/** Sends one invocation to the model server that listens on a Unix socket. */
export function invokeModelServer(
  socketPath: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  timeoutMilliseconds: number,
): Promise<ModelAnswer> {
  return new Promise((resolve, reject) => {
    let refused = true;
    const fail = (error: unknown) => reject(new NoAnswer(refused, error));
    const outgoing = request({
      socketPath,
      path: "/invocations",
      method: "POST",
      headers: { ...headers, host: "localhost", "content-length": body.byteLength },
      agent,
      timeout: timeoutMilliseconds,
    });
    outgoing.once("timeout", () => {
      refused = false;
      outgoing.destroy(new Error(`no answer in ${timeoutMilliseconds / 1000} s`));
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

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}
