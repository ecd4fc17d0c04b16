import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ConnectorName, connectorRecord, connectors } from "../../base/connectors.ts";
import { CommandError } from "../define-command.ts";

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly integrity?: string }>>;
}

const lockFile = (name: ConnectorName): string => join(import.meta.dirname, `${name}.lock.json`);

/**
 * Puts a connector into a folder of connectors: npm fetches exactly what the lock names, from the registry that it is set up
 * with, checks each package against its digest, and runs no script of any. What is there before stays until the new one is whole.
 * @throws CommandError
 */
export async function addConnector(folder: string, name: ConnectorName): Promise<void> {
  const { package: dependency, version } = connectors[name];
  const text = readFileSync(lockFile(name), "utf8");
  const lock = JSON.parse(text) as Lock;
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 12);
  const made = join(folder, `.${name}-${digest}-${process.pid}`);
  mkdirSync(made, { recursive: true, mode: 0o700 });
  try {
    const manifest = {
      ...{ name: `sagebrush-connector-${name}`, version: "1.0.0", private: true },
      dependencies: { [dependency]: version },
    };
    writeFileSync(join(made, "package.json"), JSON.stringify(manifest));
    copyFileSync(lockFile(name), join(made, "package-lock.json"));
    await npm(made, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    check(made, lock, name);
    writeFileSync(join(made, connectorRecord), JSON.stringify({ package: dependency, version }));
    rmSync(join(folder, name), { recursive: true, force: true });
    renameSync(made, join(folder, name));
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** npm's own record of what it unpacked has the digests that it checked. @throws CommandError where they are not those of the lock */
function check(folder: string, lock: Lock, name: ConnectorName): void {
  const installed = JSON.parse(readFileSync(join(folder, "node_modules/.package-lock.json"), "utf8")) as Lock;
  for (const [path, { integrity, version }] of Object.entries(installed.packages)) {
    const wanted = lock.packages[path];
    if (wanted?.integrity === undefined || wanted.integrity !== integrity || wanted.version !== version)
      throw new CommandError(
        `${path} of the connector ${name} is ${version} with the digest ${integrity ?? "none"}, and the lock has ${wanted?.version ?? "none"} with ${wanted?.integrity ?? "none"}. It is not added.`,
      );
  }
  const { package: dependency } = connectors[name];
  if (!(`node_modules/${dependency}` in installed.packages))
    throw new CommandError(`npm did not install ${dependency}. The connector ${name} is not added.`);
}

function npm(cwd: string, words: readonly string[]): Promise<void> {
  const program = process.platform === "win32" ? "npm.cmd" : "npm";
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd, stdio: ["ignore", "ignore", "pipe"] });
    let errors = "";
    child.stderr.on("data", (bytes) => {
      errors += bytes;
    });
    child.on("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "ENOENT"
          ? new CommandError(
              "npm is not on the PATH; it comes with Node (https://nodejs.org). Install it, and try again.",
            )
          : error,
      ),
    );
    child.on("close", (code) =>
      code === 0
        ? resolve()
        : reject(
            new CommandError(
              `npm could not fetch the packages:\n${errors.trim()}\nIt asks the registry of your npm configuration; on a machine without one, add the connector to a home elsewhere and copy its folder.`,
            ),
          ),
    );
  });
}
