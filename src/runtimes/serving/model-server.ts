import { once } from "node:events";
import { rmSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { framePreface, framesHeader, frameVersion } from "../../images/serving-frame.ts";
import type { Answer } from "../../ml/define-algorithm.ts";
import type { BuiltInModel } from "./built-in-model.ts";
import { createFrameServer } from "./frame-server.ts";
import type { Invocation } from "./invocation.ts";

// Not imported, because an import would load Node's client for fetch too, and a model server stays as long as its endpoint.
const { createServer } = process.getBuiltinModule("node:http");

export interface ModelServer {
  /** Listens on the Unix socket, else on the port of this machine. */
  listen(place: { readonly socket: string } | { readonly port: number }): Promise<void>;
  /** Accepts no more connections, and resolves when those that are there have their answers. */
  close(): Promise<void>;
}

/** Answers the invocations of a model, and serves those that come in frames. `asked` is called at each. */
export function createAnswers({ invoke: answer, mostPayloadBytes, mostTogether }: BuiltInModel, asked: () => void) {
  const told = (given: Answer): Answer => {
    if (given.status >= 400) console.error(`POST /invocations: ${given.status} ${given.body}`);
    return given;
  };
  const invoke = (invocation: Invocation | undefined): Answer => {
    asked();
    try {
      return told(invocation ? answer(invocation) : tooLarge(mostPayloadBytes));
    } catch (error) {
      console.error(error);
      return told(problem(500, "The model server failed; see its log."));
    }
  };
  const { together } = answer;
  const frames = createFrameServer(invoke, {
    mostPayloadBytes,
    mostTogether,
    // What one of them does to the model's program is told of that one alone.
    together:
      together &&
      ((invocations) => {
        asked();
        try {
          return together(invocations).map(told);
        } catch {
          return invocations.map(invoke);
        }
      }),
  });
  return { invoke, frames };
}

/**
 * Serves the container contract over HTTP, and the same invocations in frames on the same socket: what a connection
 * speaks is seen by its first byte. The answer to a ping says that it speaks frames. `asked` is called at each request.
 */
export function createModelServer(model: BuiltInModel, asked: () => void = () => {}): ModelServer {
  const { mostPayloadBytes } = model;
  const { invoke, frames } = createAnswers(model, asked);

  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    const path = request.url!.split("?")[0];
    if (path === "/ping") return { status: 200, type: "text/plain", body: "" };
    if (path === "/execution-parameters") return parametersOf(mostPayloadBytes);
    if (path !== "/invocations")
      return refuse(
        request,
        404,
        `There is no ${path}; there are GET /ping, GET /execution-parameters and POST /invocations.`,
      );
    if (request.method !== "POST")
      return refuse(request, 405, `${request.method} /invocations is not possible; use POST.`);
    const body = await readBody(request, mostPayloadBytes);
    return invoke(
      body && { body, contentType: request.headers["content-type"] ?? "", accept: request.headers.accept ?? "" },
    );
  };

  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    let given: Answer;
    try {
      given = await answerTo(request);
    } catch (error) {
      // The client has closed the connection in the middle of its request.
      if (!request.destroyed || request.complete) console.error(error);
      response.destroy();
      return;
    }
    // A connection that is kept alive would delay the end of a closing server.
    if (!server.listening) response.setHeader("Connection", "close");
    if (given.status === 204) response.writeHead(204).end();
    else {
      response.setHeader(framesHeader, frameVersion);
      const head = { "Content-Type": given.type, "Content-Length": Buffer.byteLength(given.body) };
      response.writeHead(given.status, head).end(given.body);
    }
  };
  const server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 }, respond);
  takeFrames(server, (socket, first) => frames.serve(socket, first));

  return {
    async listen(place) {
      if ("socket" in place) {
        // A killed server leaves its socket behind.
        rmSync(place.socket, { force: true });
        server.listen(place.socket);
      } else server.listen(place.port, "127.0.0.1");
      await once(server, "listening");
      const address = server.address();
      console.log(`INFO: Model server listens on ${typeof address === "string" ? address : `port ${address!.port}`}`);
    },
    async close() {
      const closed = once(server, "close");
      server.close();
      frames.close();
      await closed;
    },
  };
}

/** Hands connections that begin with the preface to `serve`, and all others to HTTP. */
function takeFrames(server: Server, serve: (socket: Socket, first: Buffer) => void): void {
  const [http] = server.listeners("connection") as ((socket: Socket) => void)[];
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    let begun = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", function look(chunk: Buffer) {
      begun = Buffer.concat([begun, chunk]);
      if (begun[0] === framePreface[0] && begun.length < framePreface.length) return;
      socket.off("data", look);
      if (begun.subarray(0, framePreface.length).equals(framePreface)) {
        serve(socket, begun.subarray(framePreface.length));
        return;
      }
      socket.pause();
      socket.unshift(begun);
      http!.call(server, socket);
      socket.resume();
    });
  });
}

const problem = (status: number, body: string): Answer => ({ status, type: "text/plain", body });

/** How a batch transform is to ask: another mini-batch is there when one is answered. */
const parametersOf = (mostPayloadBytes: number): Answer => ({
  status: 200,
  type: "application/json",
  body: JSON.stringify({
    MaxConcurrentTransforms: 2,
    BatchStrategy: "MULTI_RECORD",
    MaxPayloadInMB: Math.max(1, Math.floor(mostPayloadBytes / 1024 ** 2)),
  }),
});

const tooLarge = (mostPayloadBytes: number) =>
  problem(
    413,
    `The payload is larger than ${mostPayloadBytes} bytes. Send fewer rows at a time, or set MAX_CONTENT_LENGTH in the model's Environment.`,
  );

function refuse({ method, url }: IncomingMessage, status: number, words: string): Answer {
  console.error(`${method} ${url}: ${status} ${words}`);
  return problem(status, words);
}

/**
 * Returns the whole body; undefined when it is too large. A body that is too large is read to its end too, because
 * clients read no answer before.
 */
async function readBody(request: IncomingMessage, largestBody: number): Promise<Uint8Array | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size <= largestBody) parts.push(part);
  }
  if (size > largestBody) return undefined;
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}
