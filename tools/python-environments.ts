import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** A download that hangs is ended. */
const limit = { timeout: 15 * 60_000 } as const;
const run = (program: string, words: readonly string[], env = process.env) =>
  promisify(execFile)(program, words, { ...limit, env });
const root = join(import.meta.dirname, "..");

/** The pinned environments of the conformance tests: conformance/python/NAME.txt is installed into .venv-NAME. */
export const pythonEnvironments = ["v2", "v3", "data", "apps", "notebook", "analyses"] as const;

/** The environments of images in which tests run scripts, below `scriptEnvironmentsFolder`. */
const scriptEnvironments = ["scikit-learn-1.2", "data-wrangler", "xgboost-3.0", "base-python", "tensorflow-2.19"];
export const scriptEnvironmentsFolder = join(root, ".cache", "environments");

/** Makes those that are not there, as a person would. Gives the reason when one cannot be made. */
export async function prepareScriptEnvironments(): Promise<string | undefined> {
  const command = [join(root, "bin", "sagebrush"), "environments", "prepare", ...scriptEnvironments];
  const env = { ...process.env, SAGEBRUSH_ENVIRONMENTS: scriptEnvironmentsFolder };
  return run(process.execPath, command, env).then(
    () => undefined,
    (error: Error & { stderr?: string }) => `The Python environments of scripts could not be made: ${error.stderr}`,
  );
}

/**
 * Makes a virtual environment as its requirements file says, or leaves the one that is there when the file has not
 * changed. Gives the reason when it cannot be made. uv needs seconds where pip needs minutes, so it is used when present.
 */
export async function createPythonEnvironment(name: string): Promise<string | undefined> {
  const requirements = join(root, "conformance", "python", `${name}.txt`);
  const folder = join(root, `.venv-${name}`);
  const python = join(folder, "bin", "python");
  const stamp = join(folder, ".sagebrush-installed");
  const wanted = createHash("sha256")
    .update(await readFile(requirements))
    .digest("hex");
  if ((await readFile(stamp, "utf8").catch(() => "")) === wanted) return undefined;
  const interpreter = await findPython();
  if (interpreter === undefined)
    return "No Python 3.11, 3.12 or 3.13 is on the PATH: the Python clients cannot be installed.";
  await rm(folder, { recursive: true, force: true });
  try {
    if (await works("uv", "--version")) {
      await run("uv", ["venv", "--quiet", "--python", interpreter, folder]);
      await run("uv", ["pip", "install", "--quiet", "--python", python, "-r", requirements]);
    } else {
      await run(interpreter, ["-m", "venv", folder]);
      await run(python, ["-m", "pip", "install", "--quiet", "-r", requirements]);
    }
  } catch (error) {
    const late = (error as { killed?: boolean }).killed ? ` within ${limit.timeout / 60_000} minutes` : "";
    return `The Python clients of ${requirements} could not be installed${late}: ${(error as Error).message}`;
  }
  await writeFile(stamp, wanted);
  return undefined;
}

/** The clients need Python 3.11 or newer; some have no binaries yet for versions after 3.13. */
async function findPython(): Promise<string | undefined> {
  for (const name of ["python3", "python3.11", "python3.12", "python3.13"]) {
    if (await works(name, "-c", "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))")) return name;
  }
  return undefined;
}

const works = (program: string, ...words: string[]): Promise<boolean> =>
  run(program, words).then(
    () => true,
    () => false,
  );
