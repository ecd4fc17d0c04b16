import { enableCompileCache } from "node:module";
import { join } from "node:path";

// Only what is imported after this line is kept compiled, so the rest of the program is.
enableCompileCache(join(import.meta.dirname, "..", "..", ".cache", "compiled"));
const { runCommandLine } = await import("./command-line.ts");
process.exitCode = await runCommandLine(process.argv.slice(2));
