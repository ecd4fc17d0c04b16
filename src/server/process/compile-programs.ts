import { globSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { flushCompileCache, getCompileCacheDir } from "node:module";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * What runs inside jobs is compiled ahead: a job sees the compile cache but cannot write to it, and without it each job
 * would strip the types of its programs anew.
 */
const programs = ["src/runtimes/**/*", "src/executors/process/*", "src/environments/*"];
/** The folders below src/ of all files that these programs are made of. */
const sources = ["runtimes", "executors", "engines", "environments", "images", "base", "aws", "ml", "prep"];
const passedOver = /\.(test|contract|fixture|d)\.[jt]s$/;

/**
 * Compiles the programs of a product into the cache of this process. They are not run: a module before them ends the
 * loading, when all that they import is compiled.
 */
export async function compilePrograms(productRoot: string): Promise<void> {
  const mark = stateOf(productRoot);
  const end = "data:text/javascript,throw new Error('compiled')";
  const paths = programs
    .map((pattern) => pattern + extname(import.meta.filename))
    .flatMap((pattern) => globSync(pattern, { cwd: productRoot }))
    .filter((path) => !passedOver.test(path));
  const imports = [end, ...paths.map((path) => pathToFileURL(join(productRoot, path)).href)];
  const source = imports.map((url) => `import ${JSON.stringify(url)};`).join("\n");
  await import(`data:text/javascript,${encodeURIComponent(source)}`).catch((error) => {
    if (error.message !== "compiled") throw error;
  });
  const file = markFile();
  if (file === undefined) return;
  // Node writes the cache when the process ends. Whoever reads the mark before that would not find what it promises.
  flushCompileCache();
  writeFileSync(file, mark);
}

/** Whether the programs have been compiled as they are now; also where this process has no cache. */
export function areProgramsCompiled(productRoot: string): boolean {
  const file = markFile();
  if (file === undefined) return true;
  try {
    return readFileSync(file, "utf8") === stateOf(productRoot);
  } catch {
    return false;
  }
}

/** Beside what Node has compiled, so that another version of Node has its own. */
function markFile(): string | undefined {
  const folder = getCompileCacheDir();
  return folder && join(folder, "programs.json");
}

/** Size and time of change of all sources; some milliseconds. */
function stateOf(productRoot: string): string {
  const states = sources.flatMap((source) => {
    const folder = join(productRoot, "src", source);
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .sort()
      .flatMap((path) => {
        const found = statSync(join(folder, path));
        return found.isFile() && !passedOver.test(path) ? [[`${source}/${path}`, found.size, found.mtimeMs]] : [];
      });
  });
  return JSON.stringify([productRoot, states]);
}
