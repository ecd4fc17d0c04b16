// Plain JavaScript for the same reason as cli/main.mjs: the compile cache is enabled before anything is imported.
import { enableCompileCache } from "node:module";
import { join } from "node:path";

enableCompileCache(join(import.meta.dirname, "..", "..", "..", ".cache", "compiled"));
const { runWorker } = await import("./run-worker.ts");
await runWorker();
