import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import type { RunSpec } from "../port.ts";

/** Where a sandboxed run sees its own ml folder. */
export const mlRootInSandbox = "/opt/ml";

export type SandboxKind = "bubblewrap" | "unshare";

/**
 * What a sandbox needs to start another one in it. The kernel lets root map its id only with this capability. It gives a
 * new /proc and a new /sys only to those who see one of which nothing is covered: parts of root's /proc are, and /sys,
 * by which unshare starts the loopback device, is in no sandbox. They are there for the kernel to see; the run itself may
 * not enter the folder.
 */
export function nesting(kind: SandboxKind): string[] {
  const shown = [...(isRoot ? ["/proc"] : []), ...(kind === "unshare" ? ["/sys"] : [])];
  return [
    ...(isRoot ? ["--cap-add", "CAP_SETFCAP"] : []),
    ...["--dir", "/run/shown", ...shown.flatMap((path) => ["--bind", path, `/run/shown${path}`])],
    ...["--chmod", "0000", "/run/shown"],
  ];
}

const isRoot = process.getuid?.() === 0;

/** What root could change of the machine through /proc, also without any capability. */
const coveredProcesses = ["sys", "fs", "acpi", "scsi", "mtrr"]
  .map((name) => `/proc/${name}`)
  .flatMap((path) => ["--ro-bind-try", path, path]);

/** The sandbox's own processes and devices. */
export const ownSystem = (): string[] => ["--proc", "/proc", ...(isRoot ? coveredProcesses : []), "--dev", "/dev"];

export interface SandboxOptions {
  readonly kind: SandboxKind;
  /** The beginning of the command line, by what makes sandboxes here. */
  readonly maker: readonly string[];
  /** The host's folder that becomes /opt/ml. */
  readonly ml: string;
  /** The host's folder that becomes /tmp and /var/tmp: on the disk, because what is in memory counts as the run's. */
  readonly tmp: string;
  /** The file that the run sees as /etc/hosts. */
  readonly hosts: string;
  /** The name of its host. */
  readonly hostName: string;
  /** Folders shown read-only at their own paths: the product and its Node. */
  readonly programs: readonly string[];
  /** The home with its keys; hidden even when a folder that the run sees contains it. */
  readonly hidden: string;
  readonly mounts: RunSpec["mounts"];
  /** `host`: that in which the command line is started. */
  readonly network: RunSpec["network"];
  /** Files and folders of the run by which it starts others inside, and where it sees them; absent when it starts none. */
  readonly inner?: readonly { readonly source: string; readonly target: string; readonly writable?: boolean }[];
  readonly command: readonly string[];
}

/**
 * Returns the command line of a sandboxed run. The run has its own /opt/ml, /tmp, process ids and host name, sees the
 * system and the product read-only, and sees nothing else of the host.
 */
export function sandboxCommand(options: SandboxOptions): string[] {
  const hideHome = ["/usr", ...options.programs].some((shown) => isWithin(options.hidden, shown));
  return [
    ...options.maker,
    ...isolationOf(options.hostName),
    ...(options.network === "host" ? ["--share-net"] : []),
    ...systemFolders(),
    ...etcFiles.flatMap((path) => ["--ro-bind-try", path, path]),
    ...["--ro-bind", options.hosts, "/etc/hosts"],
    ...ownSystem(),
    ...["--bind", options.tmp, "/tmp", "--tmpfs", "/run", "--bind", options.tmp, "/var/tmp"],
    ...(options.inner ? nesting(options.kind) : []),
    // These come after /tmp, because a program may lie below it.
    ...options.programs.flatMap((path) => ["--ro-bind", path, path]),
    ...(hideHome ? ["--tmpfs", options.hidden] : []),
    ...["--bind", options.ml, mlRootInSandbox],
    ...[...options.mounts, ...(options.inner ?? [])].flatMap(({ source, target, writable }) => [
      writable ? "--bind" : "--ro-bind",
      ...[source, target],
    ]),
    ...["--chdir", mlRootInSandbox, "--"],
    ...options.command,
  ];
}

/** The name of the folder in a run's /tmp that is /tmp to its inner sandbox. */
export const innerTemporaryName = ".inside";
const innerTemporary = `/tmp/${innerTemporaryName}`;

/**
 * Returns the options of a sandbox inside a run's own. What is in there sees of the run /opt/ml, and its mounts read-only;
 * of its processes, its variables and its key nothing. It has a /tmp of its own: what lies below the run's may have the
 * folders in which the product is mounted.
 *
 * @param sharesSegments whether it has the System V objects of the run's own sandbox
 */
export const innerIsolation = (mounts: RunSpec["mounts"], sharesSegments: boolean, hostName: string): string[] => [
  ...(sharesSegments ? isolationBut("--unshare-ipc", hostName) : isolationOf(hostName)),
  ...systemFolders(isLink(libraries) ? [libraries] : []),
  ...(isLink(libraries) ? ownLibraries() : []),
  ...etcFiles.flatMap((path) => ["--ro-bind-try", path, path]),
  ...["--ro-bind", "/etc/hosts", "/etc/hosts"],
  ...ownSystem(),
  ...["--tmpfs", "/run"],
  ...["--bind", innerTemporary, "/tmp", "--bind", innerTemporary, "/var/tmp"],
  ...["--bind", mlRootInSandbox, mlRootInSandbox],
  ...mounts.flatMap(({ target, inside = target }) => ["--ro-bind", target, inside]),
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

const isolationWith = (namespaces: readonly string[], hostName: string): readonly string[] => [
  ...["--die-with-parent", ...namespaces, "--new-session", "--cap-drop", "ALL"],
  ...["--hostname", hostName],
];

/** The name of a host of a run, which counts from 0. */
export const hostNameOf = (index: number): string => `algo-${index + 1}`;

/** Of the network too, unless --share-net follows. */
const isolationOf = (hostName: string): readonly string[] => isolationWith(["--unshare-all"], hostName);
export const isolation = isolationOf(hostNameOf(0));

/** What bubblewrap takes --unshare-all for. */
const allNamespaces = [
  ...["--unshare-user-try", "--unshare-ipc", "--unshare-pid"],
  ...["--unshare-net", "--unshare-uts", "--unshare-cgroup-try"],
];

const isolationBut = (namespace: string, hostName: string): readonly string[] =>
  isolationWith(
    allNamespaces.filter((name) => name !== namespace),
    hostName,
  );

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

const libraries = "/lib";
const isLink = (path: string): boolean => existsSync(path) && lstatSync(path).isSymbolicLink();

/**
 * The folder /lib is a link to /usr/lib on most systems. In a container it can be written to, and the scripts that the
 * SageMaker SDK makes (ModelBuilder) copy a model's libraries there. So it is a folder in memory, of links to what the
 * system has.
 */
const ownLibraries = (): string[] => [
  ...["--dir", libraries],
  ...readdirSync(libraries).flatMap((name) => ["--symlink", `/usr/lib/${name}`, `${libraries}/${name}`]),
];

/** Returns /usr and the top folders beside it, which are links into /usr or folders of their own. */
export function systemFolders(without: readonly string[] = []): string[] {
  const tops = ["/bin", "/sbin", libraries, "/lib32", "/lib64", "/libx32"].filter(
    (path) => existsSync(path) && !without.includes(path),
  );
  return [
    ...["--ro-bind", "/usr", "/usr"],
    ...tops.flatMap((path) =>
      lstatSync(path).isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path],
    ),
  ];
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep);
