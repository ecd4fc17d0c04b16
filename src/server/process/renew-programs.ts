import { spawn } from "node:child_process";
import { getCompileCacheDir } from "node:module";
import { constants, setPriority } from "node:os";
import { dirname, extname, join } from "node:path";
import { areProgramsCompiled } from "./compile-programs.ts";
import { productNode, productRoot } from "./product.ts";

/**
 * Has the programs of jobs compiled anew by another process when their sources have changed since, as a `git pull` changes
 * them. The server goes on meanwhile, and a job that comes before the end is only slower.
 */
export function renewPrograms(): void {
  if (areProgramsCompiled(productRoot)) return;
  const program = join(import.meta.dirname, `renew-programs-run${extname(import.meta.filename)}`);
  // Node appends a folder of its own version to the folder it is given.
  const env = { ...process.env, NODE_COMPILE_CACHE: dirname(getCompileCacheDir()!) };
  const child = spawn(productNode, [program], { stdio: "ignore", env });
  // Without it the programs are compiled by each job.
  child.on("error", () => {});
  child.unref();
  try {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  } catch {}
}
