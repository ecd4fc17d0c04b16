import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inferencePlanFile, readInferencePlan } from "../../prep/flows/inference-plan.ts";
import { StepFault } from "../../prep/step-fault.ts";
import { mlRoot } from "../ml-root.ts";
import { runMemoryBytes } from "../run-memory.ts";
import { createFlowInference, type FlowInference } from "./flow-inference.ts";
import { inferenceRows, inferenceTypes } from "./inference-rows.ts";

const { createServer } = process.getBuiltinModule("node:http");

/**
 * Serves a flow under SageMaker's container contract, most often before a model: `node serve-flow.ts`. The model's folder
 * has what `flow export --to transform` wrote. Rows come as CSV or JSON, without the target, and go on as CSV.
 */
async function main(): Promise<void> {
  const stopping = new AbortController();
  let text: string;
  try {
    text = readFileSync(join(mlRoot, "model", inferencePlanFile), "utf8");
  } catch {
    throw new StepFault(
      `There is no ${inferencePlanFile} in the model's archive. Make the archive with: sagebrush flow export FILE --to transform`,
    );
  }
  const plan = readInferencePlan(text);
  const folder = join(tmpdir(), `flow-${process.pid}`);
  const memoryBytes = Math.min(runMemoryBytes / 4, 2 ** 30);
  const inference = createFlowInference(plan, { python: "python3", folder, memoryBytes, signal: stopping.signal });

  const answer = async (body: Uint8Array, contentType: string): Promise<Answer> => {
    try {
      const given = inferenceRows(plan, body, contentType);
      if (given === undefined)
        return { status: 415, body: `Content type ${contentType} is not supported; send one of ${inferenceTypes}.` };
      return { status: 200, type: "text/csv", body: await inference.transform(given.rows, given.columns) };
    } catch (error) {
      if (error instanceof StepFault) return { status: 400, body: error.message };
      console.error(error);
      return { status: 500, body: "The flow failed; see the log." };
    }
  };
  await warm(
    inference,
    plan.columns.length,
    plan.columns.map(({ name }) => name),
  );

  const server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 }, async (request, response) => {
    const path = request.url!.split("?")[0];
    if (path === "/ping") return respond(response, { status: 200, body: "" });
    if (path !== "/invocations" || request.method !== "POST")
      return respond(response, { status: 404, body: "There are GET /ping and POST /invocations." });
    const given = await answer(await bodyOf(request), request.headers["content-type"] ?? "");
    if (given.status >= 400) console.error(`POST /invocations: ${given.status} ${given.body}`);
    if (!server.listening) response.setHeader("Connection", "close");
    respond(response, given);
  });
  process.on("SIGTERM", () =>
    server.close(() => {
      stopping.abort();
      rmSync(folder, { recursive: true, force: true });
      process.exit(0);
    }),
  );
  const { SAGEBRUSH_SOCKET: socket, SAGEMAKER_BIND_TO_PORT: port = "8080" } = process.env;
  if (socket) rmSync(socket, { force: true });
  server.listen(socket ?? Number(port));
}

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body: string | Uint8Array;
}

/** The first row loads the engine, and the packages of the code; what it gives does not matter. */
async function warm(inference: FlowInference, count: number, columns: readonly string[]): Promise<void> {
  await inference.transform(Buffer.from(`${",".repeat(count - 1) || '""'}\n`), columns).catch((error) => {
    if (!(error instanceof StepFault)) throw error;
  });
}

function respond(response: ServerResponse, { status, type = "text/plain", body }: Answer): void {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) }).end(body);
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

try {
  await main();
} catch (error) {
  const words = error instanceof StepFault ? error.message : String((error as Error).stack ?? error);
  console.error(words);
  mkdirSync(join(mlRoot, "output"), { recursive: true });
  writeFileSync(join(mlRoot, "output", "failure"), words);
  process.exitCode = 1;
}
