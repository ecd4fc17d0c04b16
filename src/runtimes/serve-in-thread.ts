import { enableCompileCache } from "node:module";

/**
 * The program of a thread that serves a built-in model. A thread has none of the compiled code that its process has from
 * the cache until it asks for it, so what the program is made of is imported afterwards: half the start.
 */
const { NODE_COMPILE_CACHE } = process.env;
if (NODE_COMPILE_CACHE) enableCompileCache(NODE_COMPILE_CACHE);
await import("./serving/serve-thread.ts");
