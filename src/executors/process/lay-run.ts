import { chmodSync, mkdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { getCompileCacheDir } from "node:module";
import { dirname, isAbsolute, join, normalize, relative } from "node:path";
import { productCommand } from "../../base/product-program.ts";
import type { PythonNeed, RunProgram, RunSpec } from "../port.ts";
import type { RunsGroup } from "./group-folders.ts";
import {
  groupFolderPlace,
  type InnerSandboxOptions,
  innerSandboxPlace,
  innerSandboxProgram,
  ownFolderPlace,
} from "./inner-sandbox.ts";
import type { LogLimits } from "./log-allowance.ts";
import type { SandboxProbe } from "./probe-sandbox.ts";
import type { Launch, RunFolder } from "./run-folder.ts";
import { hostNameOf, innerTemporaryName, mlRootInSandbox, programFolders, sandboxCommand } from "./sandbox.ts";
import { searchPath } from "./search-path.ts";
import { addressPlace, relayAccess, serverAccess } from "./server-access.ts";

/** The executor's options that a run's launch depends on. */
export interface RunPlace {
  readonly home: string;
  readonly lease: string;
  readonly leaseSeconds?: number;
  readonly addressFile: string;
  /** The socket by which runs reach the server that do not have the machine's network; it is alone in its folder. */
  readonly relay?: string;
  readonly productRoot: string;
  readonly node: string;
  readonly log?: LogLimits;
  /** The Pythons of this machine; absent when runs get none. */
  readonly pythons?: Pythons;
}

export interface Pythons {
  provide(need: PythonNeed): Promise<Provision | { readonly refusal: string }>;
}

/** What a run is given for something that it needs. */
interface Provision {
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: RunSpec["mounts"];
}

/**
 * Writes the run's files into its folder, and returns what its keeper is to do. It may be repeated while the run goes
 * on.
 */
export async function layRun(
  folder: RunFolder,
  spec: RunSpec,
  sandbox: SandboxProbe,
  place: RunPlace,
  group?: RunsGroup,
): Promise<Launch> {
  layFolder(folder, spec);
  const hasOwn = spec.ownFolder || spec.innerSandbox;
  if (hasOwn) makeIn(folder.own);
  const relay = group?.network && relayAccess(spec, place.addressFile, place.relay!);
  const server = relay ?? serverAccess(spec, place.addressFile, sandbox.works ? addressPlace : undefined);
  const python = await pythonOf(spec, place);
  const mounts = [...spec.mounts, ...python.mounts, ...(relay ? [] : server.mounts)];
  const { memoryBytes, cores, processes, diskBytes, runtimeSeconds, silenceSeconds, stoppedSeconds } = spec.limits;
  const shared = {
    ...{ memoryBytes, cores, processes, diskBytes, runtimeSeconds, silenceSeconds, stoppedSeconds },
    graceSeconds: spec.graceSeconds,
    log: place.log,
    lease: { file: place.lease, seconds: place.leaseSeconds ?? 600 },
    workingFolder: folder.ml,
    ...(group && { group: { id: group.id, failed: group.failed, holder: group.network?.holder, words: group.words } }),
  };
  const environment = {
    PATH: searchPath,
    HOME: "/tmp",
    ...compileCache(),
    ...spec.environment,
    ...python.environment,
    ...server.environment,
    ...(memoryBytes !== undefined && { SAGEBRUSH_MEMORY_BYTES: String(memoryBytes) }),
    ...(cores !== undefined && { SAGEBRUSH_CORES: String(cores) }),
    SAGEBRUSH_EVENTS_FD: "3",
  };
  const command = commandOf(spec.program, place);
  if (!sandbox.works) {
    linkMounts(folder, mounts);
    return {
      ...shared,
      command,
      environment: {
        ...environment,
        SAGEBRUSH_ML_ROOT: folder.ml,
        ...(hasOwn && { SAGEBRUSH_OWN_FOLDER: folder.own }),
        ...(group && { SAGEBRUSH_GROUP_FOLDER: group.shared }),
      },
      sandbox: "plain",
    };
  }
  const programs = programFolders(place.productRoot, place.node);
  const hostName = hostNameOf(group?.index ?? 0);
  const { kind, maker, closes = [] } = sandbox;
  // Where bubblewrap closes a sandbox, its namespaces belong to a user namespace that nobody can enter.
  const tellsSegments = kind === "bubblewrap" && closes.length > 0;
  const inner = spec.innerSandbox
    ? layInnerSandbox(folder, {
        ...{ maker, closes, tellsSegments, mounts, programs, hostName },
        sharesNetwork: group?.network !== undefined,
      })
    : undefined;
  makeIn(folder.tmp, 0o1777);
  if (inner) makeIn(join(folder.tmp, innerTemporaryName), 0o1777);
  const hosts = join(folder.root, "hosts");
  writeFileSync(hosts, hostsText(group));
  const own = hasOwn ? [{ source: folder.own, target: ownFolderPlace, writable: true }] : [];
  const shownAlone = group ? [{ source: group.shared, target: groupFolderPlace, writable: true }] : [];
  return {
    ...shared,
    command: sandboxCommand({
      kind,
      maker: [...(group?.network?.enter(group.index) ?? []), ...maker],
      hostName,
      ml: folder.ml,
      tmp: folder.tmp,
      hosts,
      programs,
      hidden: realpathSync(place.home),
      mounts: [...mounts, ...(relay?.mounts ?? []), ...own, ...shownAlone],
      inner: inner?.mounts,
      // What stages a run reaches the server; the job's own code is inside.
      network: inner || group?.network ? "host" : spec.network,
      command,
    }),
    environment: {
      ...environment,
      SAGEBRUSH_ML_ROOT: mlRootInSandbox,
      ...(hasOwn && { SAGEBRUSH_OWN_FOLDER: ownFolderPlace }),
      ...(group && { SAGEBRUSH_GROUP_FOLDER: groupFolderPlace }),
      ...inner?.environment,
    },
    sandbox: kind,
  };
}

/** A host finds the others of its group by their names. */
function hostsText(group: RunsGroup | undefined): string {
  const addresses = group?.addresses.map((address, index) => `${address} ${hostNameOf(index)}\n`) ?? [];
  return `127.0.0.1 localhost${group ? "" : ` ${hostNameOf(0)}`}\n::1 localhost\n${addresses.join("")}`;
}

/** Makes a run's folder, with the files of its spec. */
export function layFolder(folder: RunFolder, spec: RunSpec): void {
  makeIn(folder.root);
  makeIn(folder.ml);
  layFiles(folder, spec);
}

async function pythonOf({ python }: RunSpec, { pythons }: RunPlace): Promise<Provision> {
  if (python === undefined) return { environment: {}, mounts: [] };
  const provided = await pythons!.provide(python);
  if ("refusal" in provided) throw new Error(provided.refusal);
  return provided;
}

/** Writes the program by which the run starts others inside its sandbox. */
function layInnerSandbox({ innerSandbox }: RunFolder, options: InnerSandboxOptions): Provision {
  replaceFile(innerSandbox, innerSandboxProgram(options), 0o755);
  return {
    environment: { SAGEBRUSH_INNER_SANDBOX: innerSandboxPlace },
    mounts: [{ source: innerSandbox, target: innerSandboxPlace }],
  };
}

function commandOf(program: RunProgram, place: RunPlace): readonly string[] {
  if ("script" in program) return productCommand(program, place);
  if ("image" in program) throw new RangeError(`The image ${program.image} needs an executor that runs containers`);
  return program.command;
}

/** Lets keepers and runs reuse the code that the server has compiled, which halves their start-up time. */
export function compileCache(): Record<string, string> {
  const folder = getCompileCacheDir();
  // Node appends a folder of its own version to the folder it is given.
  return folder ? { NODE_COMPILE_CACHE: dirname(folder) } : {};
}

/** Makes a folder in one that is there: a home that was removed must not come back as a part of one. */
function makeIn(path: string, mode = 0o700): void {
  try {
    mkdirSync(path);
    // Whatever the mask for new files is.
    chmodSync(path, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** Replaces each file as a whole, so that repeating it does not disturb a command that reads the files. */
function layFiles(folder: RunFolder, spec: RunSpec): void {
  for (const [name, text] of Object.entries(spec.files)) {
    const path = join(folder.ml, name);
    if (isAbsolute(name) || normalize(name).startsWith("..")) throw new RangeError(`File ${name} is not below /opt/ml`);
    mkdirSync(dirname(path), { recursive: true });
    replaceFile(path, text, 0o600);
  }
}

function replaceFile(path: string, text: string, mode: number): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text, { mode });
  renameSync(temporary, path);
}

/**
 * Without a sandbox a mount below /opt/ml is a link, a mount at its own path exists already, and no other mount is
 * possible.
 */
function linkMounts(folder: RunFolder, mounts: RunSpec["mounts"]): void {
  for (const { source, target } of mounts) {
    if (source === target) continue;
    const below = relative(mlRootInSandbox, target);
    if (below === "" || below.startsWith("..")) throw new RangeError(`A plain run cannot have ${source} at ${target}`);
    const path = join(folder.ml, below);
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    symlinkSync(source, path);
  }
}
