import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { findProgram } from "./machine-needs.ts";
import { isolation, nesting, ownSystem, type SandboxKind, systemFolders } from "./sandbox.ts";

/** What makes sandboxes on this machine. */
export interface WorkingSandbox {
  readonly works: true;
  readonly kind: SandboxKind;
  /** The beginning of its command line; bubblewrap's options follow. */
  readonly maker: readonly string[];
  /** Whether one can be started inside another. */
  readonly nests: boolean;
  /** Whether one can have a network of its own, also inside another. */
  readonly isolates: boolean;
  /** Options by which what runs in one inside another can make no user namespaces; none where there are none. */
  readonly closes?: readonly string[];
}

/** Whether a sandbox works on this machine, found by starting it; `reason` says why it does not. */
export type SandboxProbe =
  | WorkingSandbox
  | { readonly works: false; readonly reason: string; readonly isMissing?: boolean };

/** bubblewrap where it works, else util-linux. `path`: where they are looked for. */
export function probeSandbox(path?: string): SandboxProbe {
  // A run is started with a PATH of its own, so the program is named by its whole path.
  const program = findProgram("bwrap", path);
  const bubblewrap = program === undefined ? "bubblewrap is not installed" : tryMaker("bubblewrap", [program]);
  if (typeof bubblewrap !== "string") return bubblewrap;
  const isThere = findProgram("unshare", path) !== undefined;
  const unshare = isThere ? tryMaker("unshare", ["/bin/sh", shellSandbox]) : "unshare is not installed";
  if (typeof unshare !== "string") return unshare;
  const reasons = [bubblewrap, unshare].map((reason, index) =>
    reason.endsWith("is not installed") ? reason : `${["bubblewrap", "unshare"][index]} is blocked: ${reason}`,
  );
  return { works: false, reason: reasons.join(", and "), isMissing: program === undefined };
}

const shellSandbox = join(import.meta.dirname, "sandbox.sh");

/** Returns why it does not work as a text. */
function tryMaker(kind: SandboxKind, maker: readonly string[]): WorkingSandbox | string {
  try {
    start([...maker, ...isolation, "--share-net", ...systemFolders(), ...ownSystem(), "--", ...nothing]);
  } catch (error) {
    const { stderr } = error as { stderr?: Buffer };
    return stderr?.toString().trim().split("\n")[0] || String(error);
  }
  const isolates = startsInner(kind, maker, []);
  const nests = isolates || startsInner(kind, maker, ["--share-net"]);
  const closes = nests && startsInner(kind, maker, ["--share-net", ...withoutUserNamespaces]);
  return { works: true, kind, maker, isolates, nests, ...(closes && { closes: withoutUserNamespaces }) };
}

/** bubblewrap has them since 0.8. */
const withoutUserNamespaces = ["--unshare-user", "--disable-userns"];

function startsInner(kind: SandboxKind, maker: readonly string[], more: readonly string[]): boolean {
  const folders = ["--tmpfs", "/tmp", "--tmpfs", "/run", "--ro-bind", import.meta.dirname, import.meta.dirname];
  const outer = [...isolation, "--share-net", ...systemFolders(), ...ownSystem(), ...folders, ...nesting(kind)];
  const inner = [...maker, ...isolation, ...more, ...systemFolders(), ...ownSystem(), "--", ...nothing];
  try {
    start([...maker, ...outer, "--", ...inner]);
    return true;
  } catch {
    return false;
  }
}

/** A program that is found whatever the PATH is. */
const nothing = ["/bin/sh", "-c", ":"];
const probeMilliseconds = 10_000;

const start = ([program, ...words]: readonly string[]): unknown =>
  execFileSync(program!, words, { stdio: ["ignore", "ignore", "pipe"], timeout: probeMilliseconds });
