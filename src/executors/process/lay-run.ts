import { mkdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { getCompileCacheDir } from "node:module";
import { dirname, isAbsolute, join, normalize, relative } from "node:path";
import type { RunSpec } from "../port.ts";
import type { Launch, RunFolder } from "./run-folder.ts";
import { mlRootInSandbox, programFolders, type SandboxProbe, sandboxCommand } from "./sandbox.ts";

/** What of the executor's options a run's launch depends on. */
export interface RunPlace {
  readonly home: string;
  readonly lease: string;
  readonly leaseSeconds?: number;
  readonly productRoot: string;
  readonly node: string;
}

/** Puts what the run needs into its folder, and says what its keeper is to do. Again does no harm, even to a run that goes on. */
export function layRun(folder: RunFolder, spec: RunSpec, sandbox: SandboxProbe, place: RunPlace): Launch {
  mkdirSync(folder.ml, { recursive: true, mode: 0o700 });
  layFiles(folder, spec);
  const shared = {
    memoryBytes: spec.limits.memoryBytes,
    runtimeSeconds: spec.limits.runtimeSeconds,
    graceSeconds: spec.graceSeconds,
    lease: { file: place.lease, seconds: place.leaseSeconds ?? 600 },
    workingFolder: folder.ml,
  };
  const environment = {
    PATH: searchPath,
    HOME: "/tmp",
    ...compileCache(),
    ...spec.environment,
    SAGEBRUSH_EVENTS_FD: "3",
  };
  if (!sandbox.works) {
    linkMounts(folder, spec);
    return {
      ...shared,
      command: spec.command,
      environment: { ...environment, SAGEBRUSH_ML_ROOT: folder.ml },
      sandbox: "plain",
      note: `Runs as a plain process of this machine, which does not keep it apart (${sandbox.reason}). /opt/ml is ${folder.ml}.`,
    };
  }
  const hosts = join(folder.root, "hosts");
  writeFileSync(hosts, "127.0.0.1 localhost algo-1\n::1 localhost\n");
  const command = sandboxCommand({
    ml: folder.ml,
    hosts,
    programs: programFolders(place.productRoot, place.node),
    hidden: realpathSync(place.home),
    mounts: spec.mounts,
    command: spec.command,
  });
  return {
    ...shared,
    command,
    environment: { ...environment, SAGEBRUSH_ML_ROOT: mlRootInSandbox },
    sandbox: "bubblewrap",
    note: "Runs in a sandbox of its own (bubblewrap): it sees /opt/ml, the system and Sagebrush read-only, and no other process.",
  };
}

/** What the server has compiled, its keepers and runs need not compile again: they start in half the time. */
export function compileCache(): Record<string, string> {
  const folder = getCompileCacheDir();
  // Node appends a folder of its own version to the one it is given.
  return folder ? { NODE_COMPILE_CACHE: dirname(folder) } : {};
}

const searchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Each file appears whole, so laying them a second time under a command that reads them does no harm. */
function layFiles(folder: RunFolder, spec: RunSpec): void {
  for (const [name, text] of Object.entries(spec.files)) {
    const path = join(folder.ml, name);
    if (isAbsolute(name) || normalize(name).startsWith("..")) throw new RangeError(`File ${name} is not below /opt/ml`);
    mkdirSync(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, path);
  }
}

/** Without a sandbox a mount is a link: below /opt/ml, or none at all where the run looks for it at its own path. */
function linkMounts(folder: RunFolder, spec: RunSpec): void {
  for (const { source, target } of spec.mounts) {
    if (source === target) continue;
    const below = relative(mlRootInSandbox, target);
    if (below === "" || below.startsWith("..")) throw new RangeError(`A plain run cannot have ${source} at ${target}`);
    const path = join(folder.ml, below);
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    symlinkSync(source, path);
  }
}
