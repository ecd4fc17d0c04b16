import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readlinkSync, realpathSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import type { RunSpec } from "../port.ts";

/** Whether bubblewrap works on this machine, found by a real start; `reason` says why not. */
export type SandboxProbe =
  | { readonly works: true }
  | { readonly works: false; readonly reason: string; readonly isMissing?: boolean };

/** Where a run sees its own folder. */
export const mlRootInSandbox = "/opt/ml";

export function probeSandbox(): SandboxProbe {
  try {
    execFileSync("bwrap", [...isolation, ...systemFolders(), "--proc", "/proc", "--dev", "/dev", "--", "true"], {
      stdio: ["ignore", "ignore", "pipe"],
      timeout: 10_000,
    });
    return { works: true };
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: Buffer };
    if (code === "ENOENT") return { works: false, reason: "bubblewrap (bwrap) is not installed", isMissing: true };
    return { works: false, reason: stderr?.toString().trim().split("\n")[0] || String(error) };
  }
}

export interface SandboxOptions {
  /** The host's folder that becomes /opt/ml. */
  readonly ml: string;
  /** A file to see as /etc/hosts. */
  readonly hosts: string;
  /** Read-only, at their own paths: the product and its Node. */
  readonly programs: readonly string[];
  /** Must not be seen even where the system or a program holds it: the home with its keys. */
  readonly hidden: string;
  readonly mounts: RunSpec["mounts"];
  readonly command: readonly string[];
}

/**
 * The command line of a sandboxed run: own /opt/ml, /tmp, process ids and host name; the system and the product
 * read-only; nothing else of the host. The network is the host's, which is where the server is. The process id of the
 * sandbox's first process comes on file descriptor 4.
 */
export function sandboxCommand(options: SandboxOptions): string[] {
  const hideHome = ["/usr", ...options.programs].some((shown) => isWithin(options.hidden, shown));
  return [
    "bwrap",
    ...isolation,
    ...systemFolders(),
    ...etcFiles.flatMap((path) => ["--ro-bind-try", path, path]),
    ...["--ro-bind", options.hosts, "/etc/hosts"],
    ...["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/run", "--tmpfs", "/var/tmp"],
    // Programs may themselves lie under /tmp, so they come after it.
    ...options.programs.flatMap((path) => ["--ro-bind", path, path]),
    ...(hideHome ? ["--tmpfs", options.hidden] : []),
    ...["--bind", options.ml, mlRootInSandbox],
    ...options.mounts.flatMap(({ source, target, writable }) => [writable ? "--bind" : "--ro-bind", source, target]),
    ...["--chdir", mlRootInSandbox, "--info-fd", "4", "--"],
    ...options.command,
  ];
}

/** The product, its packages and its Node as few folders: what the product's own folder holds is not named again. */
export function programFolders(productRoot: string, node: string): string[] {
  const root = realpathSync(productRoot);
  const packages = packageFolder(root);
  const binary = realpathSync(node);
  const links = [productRoot, dirname(node)].filter((path) => path !== realpathSync(path));
  const outside = [...packages, binary, ...links].filter((path) => !isWithin(path, root) && !isWithin(path, "/usr"));
  return [root, ...new Set(outside)];
}

/** Where Node looks for packages: in the product's folder, or in one above it, as for what is built inside a checkout. */
function packageFolder(root: string): string[] {
  for (let folder = root; ; folder = dirname(folder)) {
    const packages = join(folder, "node_modules");
    if (existsSync(packages)) return [realpathSync(packages)];
    if (folder === dirname(folder)) return [];
  }
}

const isolation = [
  ...["--die-with-parent", "--unshare-all", "--share-net", "--new-session", "--cap-drop", "ALL"],
  ...["--hostname", "algo-1"],
];

/** What name lookup, TLS, time zones, dynamic linking and language runtimes read; no host keys, no accounts' secrets. */
const etcFiles = [
  ...["/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/resolv.conf", "/etc/host.conf", "/etc/gai.conf"],
  ...["/etc/ssl", "/etc/ca-certificates", "/etc/pki", "/etc/crypto-policies", "/etc/localtime", "/etc/timezone"],
  ...["/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/os-release"],
  ...["/etc/mime.types", "/etc/protocols", "/etc/services", "/etc/fonts", "/etc/locale.alias"],
];

/** /usr, and the old top folders as what they are here: links into /usr, or folders of their own. */
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
