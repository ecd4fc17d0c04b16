// The one source in plain JavaScript: a TypeScript file would bring in the type stripper (15 MiB that stay) before the
// compile cache is there to spare it. What is imported after the next lines is kept compiled.
import { enableCompileCache } from "node:module";
import { join } from "node:path";

enableCompileCache(join(import.meta.dirname, "..", "..", ".cache", "compiled"));
const { runCommandLine } = await import("./command-line.ts");
process.exitCode = await runCommandLine(process.argv.slice(2));
