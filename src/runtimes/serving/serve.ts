import { join } from "node:path";
import { algorithmNamed } from "../../ml/algorithm-named.ts";
import { ModelError } from "../../ml/define-algorithm.ts";
import { mlRoot } from "../ml-root.ts";
import { loadBuiltInModel } from "./built-in-model.ts";
import { createModelServer } from "./model-server.ts";

/**
 * Serves the models of a built-in algorithm under SageMaker's container contract: `node serve.ts ALGORITHM VERSION`.
 * Answers GET /ping and POST /invocations on the Unix socket that SAGEBRUSH_SOCKET names, else on the port
 * SAGEMAKER_BIND_TO_PORT (8080). After SIGTERM it answers the requests in flight and accepts no more.
 */
try {
  const [name = "", version = ""] = process.argv.slice(2);
  const model = loadBuiltInModel(await algorithmNamed(name), version, join(mlRoot, "model"), process.env);
  const server = createModelServer(model);
  process.on("SIGTERM", () => void server.close());
  const { SAGEBRUSH_SOCKET: socket, SAGEMAKER_BIND_TO_PORT: port = "8080" } = process.env;
  await server.listen(socket ? { socket } : { port: Number(port) });
} catch (error) {
  console.error(error instanceof ModelError ? error.message : error);
  process.exitCode = 1;
}
