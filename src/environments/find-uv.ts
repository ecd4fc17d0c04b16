import { execFile } from "node:child_process";
import { closeSync, existsSync, openSync, readSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Finds the program uv on a PATH, or in a Python of the PATH that has it as a package; undefined when there is none. A
 * script in its place, such as a shim that chooses among versions, is not taken: a sandbox does not have what it needs.
 */
export async function findUv(path: string | undefined): Promise<string | undefined> {
  const folders = (path ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const folder of folders) {
    const program = join(folder, "uv");
    if (existsSync(program) && isBinary(program)) return realpathSync(program);
  }
  for (const folder of folders) {
    const python = join(folder, "python3");
    if (existsSync(python)) {
      const program = await uvOfPython(python);
      if (program !== undefined) return program;
    }
  }
  return undefined;
}

const askMilliseconds = 20_000;

async function uvOfPython(python: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(python, ["-I", "-c", "import uv; print(uv.find_uv_bin())"], {
      timeout: askMilliseconds,
    });
    const program = stdout.trim();
    return isBinary(program) ? realpathSync(program) : undefined;
  } catch {
    return undefined;
  }
}

/** The first bytes of a script. */
const scriptMark = "#!";

function isBinary(path: string): boolean {
  const file = openSync(path, "r");
  try {
    const start = Buffer.alloc(scriptMark.length);
    readSync(file, start, 0, start.length, 0);
    return start.toString("latin1") !== scriptMark;
  } finally {
    closeSync(file);
  }
}
