import { readdirSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { join } from "node:path";
import { algorithmNamed } from "../../ml/algorithm-named.ts";
import { type Answer, type AnyAlgorithm, ModelError, type Serving } from "../../ml/define-algorithm.ts";
import { mlRoot } from "../ml-root.ts";
import { createInvoker, type Invocation } from "./invocation.ts";

// Not imported, because an import would load Node's client for fetch too, and a model server stays as long as its endpoint.
const { createServer } = process.getBuiltinModule("node:http");

/**
 * Serves the models of a built-in algorithm under SageMaker's container contract: `node serve.ts ALGORITHM VERSION`.
 * Answers GET /ping and POST /invocations on the Unix socket that SAGEBRUSH_SOCKET names, else on the port
 * SAGEMAKER_BIND_TO_PORT (8080). After SIGTERM it answers the requests in flight and accepts no more.
 */
const problem = (status: number, body: string): Answer => ({ status, type: "text/plain", body });

function createModelServer(invoke: (invocation: Invocation) => Answer, mostPayloadBytes: number): Server {
  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    const path = request.url!.split("?")[0];
    if (path === "/ping") return { status: 200, type: "text/plain", body: "" };
    if (path !== "/invocations") return problem(404, `There is no ${path}; there are GET /ping and POST /invocations.`);
    if (request.method !== "POST") return problem(405, `${request.method} /invocations is not possible; use POST.`);
    const body = await readBody(request, mostPayloadBytes);
    if (!body)
      return problem(
        413,
        `The payload is larger than ${mostPayloadBytes} bytes. Send fewer rows at a time, or set MAX_CONTENT_LENGTH in the model's Environment.`,
      );
    return invoke({
      body,
      contentType: request.headers["content-type"] ?? "",
      accept: request.headers.accept ?? "",
    });
  };

  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    let answer: Answer;
    try {
      answer = await answerTo(request);
    } catch (error) {
      // The client has closed the connection in the middle of its request.
      if (request.destroyed && !request.complete) return;
      console.error(error);
      answer = problem(500, "The model server failed; see its log.");
    }
    if (answer.status >= 400) console.error(`${request.method} ${request.url}: ${answer.status} ${answer.body}`);
    // A connection that is kept alive would delay the end of a closing server.
    if (!server.listening) response.setHeader("Connection", "close");
    if (answer.status === 204) response.writeHead(204).end();
    else {
      const head = { "Content-Type": answer.type, "Content-Length": Buffer.byteLength(answer.body) };
      response.writeHead(answer.status, head).end(answer.body);
    }
  };
  const server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 }, respond);
  return server;
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

function listen(server: Server): void {
  const socket = process.env.SAGEBRUSH_SOCKET;
  if (socket) {
    // A killed server leaves its socket behind.
    rmSync(socket, { force: true });
    server.listen(socket);
  } else server.listen(Number(process.env.SAGEMAKER_BIND_TO_PORT ?? 8080), "127.0.0.1");
  server.once("listening", () => {
    const address = server.address();
    console.log(`INFO: Model server listens on ${typeof address === "string" ? address : `port ${address!.port}`}`);
  });
}

/** Reads the models of the model folder: the files that the algorithm takes for models, folders aside. */
function readModels(algorithm: AnyAlgorithm, folder: string, serving: Serving<unknown>): unknown[] {
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  const files = serving.modelFiles(names);
  if (files.length === 0)
    throw new ModelError(`The model data holds no model: ${names.length ? names.join(", ") : "no file"} at its top.`);
  return files.map((file) => {
    try {
      return algorithm.load(readFileSync(join(folder, file)));
    } catch (error) {
      if (files.length === 1 && file === algorithm.modelFile) throw error;
      throw new ModelError(`${file}: ${(error as Error).message}${files.length > 1 ? ` ${serving.otherFiles}` : ""}`);
    }
  });
}

try {
  const [name = "", version = ""] = process.argv.slice(2);
  const algorithm = await algorithmNamed(name);
  const serving = algorithm.serving(version, process.env);
  if ("instead" in serving)
    throw new ModelError(`${serving.what}${serving.kind === "not-built" ? " is not built" : ""}; ${serving.instead}.`);
  for (const warning of serving.warnings) console.log(`WARNING: ${warning}`);
  const invoke = createInvoker(algorithm, version, serving, readModels(algorithm, join(mlRoot, "model"), serving));
  const server = createModelServer(invoke, serving.mostPayloadBytes);
  listen(server);
  process.on("SIGTERM", () => server.close());
} catch (error) {
  console.error(error instanceof ModelError ? error.message : error);
  process.exitCode = 1;
}
