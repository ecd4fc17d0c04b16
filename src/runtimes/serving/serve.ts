import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { algorithmNamed } from "../../ml/algorithm-named.ts";
import { type AnyServedAlgorithm, ModelError, type Serving } from "../../ml/define-algorithm.ts";
import { mlRoot } from "../ml-root.ts";
import { createInvoker } from "./invocation.ts";
import { createModelServer } from "./model-server.ts";

/**
 * Serves the models of a built-in algorithm under SageMaker's container contract: `node serve.ts ALGORITHM VERSION`.
 * Answers GET /ping and POST /invocations on the Unix socket that SAGEBRUSH_SOCKET names, else on the port
 * SAGEMAKER_BIND_TO_PORT (8080). After SIGTERM it answers the requests in flight and accepts no more.
 */

/** Reads the models of the model folder: the files that the algorithm takes for models, folders aside. */
function readModels(algorithm: AnyServedAlgorithm, folder: string, serving: Serving<unknown>): unknown[] {
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
  const { SAGEBRUSH_SOCKET: socket, SAGEMAKER_BIND_TO_PORT: port = "8080" } = process.env;
  server.listen(socket ? { socket } : { port: Number(port) });
  process.on("SIGTERM", () => server.close());
} catch (error) {
  console.error(error instanceof ModelError ? error.message : error);
  process.exitCode = 1;
}
