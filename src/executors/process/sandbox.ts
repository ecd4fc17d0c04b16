import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import type { RunSpec } from "../port.ts";
import { findProgram } from "./machine-needs.ts";

/** Whether bubblewrap works on this machine, found by starting it; `reason` says why it does not. */
export type SandboxProbe =
  | {
      readonly works: true;
      readonly program: string;
      /** Whether one can be started inside another. */
      readonly nests: boolean;
      /** Whether one can have a network of its own, also inside another. */
      readonly isolates: boolean;
    }
  | { readonly works: false; readonly reason: string; readonly isMissing?: boolean };

/** Where a sandboxed run sees its own ml folder. */
export const mlRootInSandbox = "/opt/ml";

export function probeSandbox(path?: string): SandboxProbe {
  // A run is started with a PATH of its own, so the program is named by its whole path.
  const program = findProgram("bwrap", path);
  if (program === undefined) return { works: false, reason: "bubblewrap (bwrap) is not installed", isMissing: true };
  try {
    const folders = ["--proc", "/proc", "--dev", "/dev"];
    execFileSync(program, [...isolation, "--share-net", ...systemFolders(), ...folders, "--", "true"], {
      stdio: ["ignore", "ignore", "pipe"],
      timeout: 10_000,
    });
    const isolates = probeInner(program, []);
    return { works: true, program, isolates, nests: isolates || probeInner(program, ["--share-net"]) };
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer };
    return { works: false, reason: stderr?.toString().trim().split("\n")[0] || String(error) };
  }
}

function probeInner(program: string, network: readonly string[]): boolean {
  const folders = ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/run"];
  const outer = [...isolation, "--share-net", ...systemFolders(), ...folders, ...nesting()];
  const inner = [
    program,
    ...isolation,
    ...network,
    ...systemFolders(),
    "--proc",
    "/proc",
    "--dev",
    "/dev",
    "--",
    "true",
  ];
  try {
    execFileSync(program, [...outer, "--", ...inner], { stdio: "ignore", timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
}

/**
 * What a sandbox needs to start another one in it. Root lacks two things that others have: the kernel lets it map its
 * id only with this capability, and gives it a new /proc only where it sees one of which nothing is covered, as
 * bubblewrap covers parts of root's.
 */
const nesting = (): string[] => (process.getuid?.() === 0 ? ["--cap-add", "CAP_SETFCAP", ...shownProcesses] : []);

/** It is there for the kernel to see; the run itself may not enter the folder. */
const shownProcesses = ["--dir", "/run/shown", "--bind", "/proc", "/run/shown/proc", "--chmod", "0000", "/run/shown"];

export interface SandboxOptions {
  /** The path of bwrap. */
  readonly bubblewrap: string;
  /** The host's folder that becomes /opt/ml. */
  readonly ml: string;
  /** The file that the run sees as /etc/hosts. */
  readonly hosts: string;
  /** Folders shown read-only at their own paths: the product and its Node. */
  readonly programs: readonly string[];
  /** The home with its keys; hidden even when a folder that the run sees contains it. */
  readonly hidden: string;
  readonly mounts: RunSpec["mounts"];
  readonly network: RunSpec["network"];
  /** Files and folders of the run by which it starts others inside, and where it sees them; absent when it starts none. */
  readonly inner?: readonly { readonly source: string; readonly target: string; readonly writable?: boolean }[];
  readonly command: readonly string[];
}

/**
 * Returns the command line of a sandboxed run. The run has its own /opt/ml, /tmp, process ids and host name, sees the
 * system and the product read-only, and sees nothing else of the host. bubblewrap writes the process id of the sandbox's first process to file descriptor 4.
 */
export function sandboxCommand(options: SandboxOptions): string[] {
  const hideHome = ["/usr", ...options.programs].some((shown) => isWithin(options.hidden, shown));
  return [
    options.bubblewrap,
    ...isolation,
    ...(options.network === "host" ? ["--share-net"] : []),
    ...systemFolders(),
    ...etcFiles.flatMap((path) => ["--ro-bind-try", path, path]),
    ...["--ro-bind", options.hosts, "/etc/hosts"],
    ...["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/run", "--tmpfs", "/var/tmp"],
    ...(options.inner ? nesting() : []),
    // These come after /tmp, because a program may lie below it.
    ...options.programs.flatMap((path) => ["--ro-bind", path, path]),
    ...(hideHome ? ["--tmpfs", options.hidden] : []),
    ...["--bind", options.ml, mlRootInSandbox],
    ...[...options.mounts, ...(options.inner ?? [])].flatMap(({ source, target, writable }) => [
      writable ? "--bind" : "--ro-bind",
      ...[source, target],
    ]),
    ...["--chdir", mlRootInSandbox, "--info-fd", "4", "--"],
    ...options.command,
  ];
}

/**
 * Returns the options of a sandbox inside a run's own. What is in there sees of the run /opt/ml and /tmp, and its mounts
 * read-only; of its processes, its variables and its key nothing.
 */
export const innerIsolation = (mounts: RunSpec["mounts"]): string[] => [
  ...isolation,
  ...systemFolders(),
  ...etcFiles.flatMap((path) => ["--ro-bind-try", path, path]),
  ...["--ro-bind", "/etc/hosts", "/etc/hosts", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/run"],
  ...["--bind", "/tmp", "/tmp", "--bind", "/var/tmp", "/var/tmp"],
  ...["--bind", mlRootInSandbox, mlRootInSandbox],
  ...mounts.flatMap(({ target }) => ["--ro-bind", target, target]),
];

/** Returns the folders of the product, its packages and its Node; none of them lies within another. */
export function programFolders(productRoot: string, node: string): string[] {
  const root = realpathSync(productRoot);
  const packages = packageFolder(root);
  const binary = realpathSync(node);
  const links = [productRoot, dirname(node)].filter((path) => path !== realpathSync(path));
  const outside = [...packages, binary, ...links].filter((path) => !isWithin(path, root) && !isWithin(path, "/usr"));
  return [root, ...new Set(outside)];
}

/**
 * Returns where Node looks for packages: in the product's folder, or in one above it when the product was built in a
 * checkout.
 */
function packageFolder(root: string): string[] {
  for (let folder = root; ; folder = dirname(folder)) {
    const packages = join(folder, "node_modules");
    if (existsSync(packages)) return [realpathSync(packages)];
    if (folder === dirname(folder)) return [];
  }
}

/** Of the network too, unless --share-net follows. */
const isolation = [
  ...["--die-with-parent", "--unshare-all", "--new-session", "--cap-drop", "ALL"],
  ...["--hostname", "algo-1"],
];

/** Files that name lookup, TLS, time zones, dynamic linking and language runtimes read; no host keys, no passwords. */
const etcFiles = [
  ...["/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/resolv.conf", "/etc/host.conf", "/etc/gai.conf"],
  ...["/etc/ssl", "/etc/ca-certificates", "/etc/pki", "/etc/crypto-policies", "/etc/localtime", "/etc/timezone"],
  ...["/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/os-release"],
  ...[
    "/etc/pip.conf",
    "/etc/uv",
    "/etc/mime.types",
    "/etc/protocols",
    "/etc/services",
    "/etc/fonts",
    "/etc/locale.alias",
  ],
];

/** Returns /usr and the top folders beside it, which are links into /usr or folders of their own. */
function systemFolders(): string[] {
  const tops = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"].filter((path) => existsSync(path));
  return [
    ...["--ro-bind", "/usr", "/usr"],
    ...tops.flatMap((path) =>
      lstatSync(path).isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path],
    ),
  ];
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep);
