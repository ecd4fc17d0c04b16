// Plain JavaScript, because a TypeScript file would load Node's type stripper (15 MiB of memory for good) before the
// compile cache is enabled. All later imports come compiled from the cache.
import { enableCompileCache } from "node:module";
import { join } from "node:path";

enableCompileCache(join(import.meta.dirname, "..", "..", ".cache", "compiled"));
const { runCommandLine } = await import("./command-line.ts");
process.exitCode = await runCommandLine(process.argv.slice(2));
