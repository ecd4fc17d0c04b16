import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "./machine-needs.ts";
import { isAlive, type ProcessIdentity, signalProcess } from "./processes.ts";
import { readJson } from "./run-folder.ts";

/** What makes the networks of groups, or why this machine has none. */
export type GroupNetworks =
  | { readonly works: true; readonly enterer: string }
  | { readonly works: false; readonly reason: string };

/** The network of a group, whose hosts have an interface each. */
export interface GroupNetwork {
  /** The process that holds its namespaces. When it is gone, so is the network. */
  readonly holder: ProcessIdentity;
  /** Begins the command line of what is to run on that host, which counts from 0. */
  enter(host: number): readonly string[];
}

const hostsOfNet = 250;

/** The address of a host of a group that has a network of its own: 10.0.1.1, 10.0.1.2 and so on. */
export const networkAddress = (host: number): string =>
  `10.0.${Math.floor(host / hostsOfNet) + 1}.${(host % hostsOfNet) + 1}`;

/** The address of a host of a group that shares the machine's network: 127.0.1.1, 127.0.1.2 and so on. */
export const loopbackAddress = (host: number): string =>
  `127.0.${Math.floor(host / hostsOfNet) + 1}.${(host % hostsOfNet) + 1}`;

export const networkScript = join(import.meta.dirname, "group-network.sh");
const readyMilliseconds = 60_000;

/** Finds out whether groups can have networks here, by making one. */
export async function probeGroupNetworks(path?: string): Promise<GroupNetworks> {
  const enterer = findProgram("nsenter", path);
  const missing = ["nsenter", "unshare", "ip"].filter((name) => findProgram(name, path) === undefined);
  if (enterer === undefined || missing.length > 0)
    return { works: false, reason: `${missing.join(" and ")} cannot be found` };
  const folder = mkdtempSync(join(tmpdir(), "group-"));
  try {
    const holder = await holdNetwork(folder, { lease: folder, leaseSeconds: 60, hosts: 2 });
    signalProcess(holder, "SIGKILL", { group: true });
    return { works: true, enterer };
  } catch (error) {
    return { works: false, reason: (error as Error).message };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface NetworkOptions {
  readonly lease: string;
  readonly leaseSeconds: number;
  readonly hosts: number;
}

/** Returns the network of a group, whose folder that is; makes it when it is not there. */
export async function groupNetwork(enterer: string, folder: string, options: NetworkOptions): Promise<GroupNetwork> {
  const found = readJson<ProcessIdentity>(join(folder, holderName));
  const holder = found && isAlive(found) ? found : await holdNetwork(folder, options);
  const namespaces = `/proc/${holder.pid}`;
  return {
    holder,
    enter: (host) => [
      ...[enterer, "--preserve-credentials", `--user=${namespaces}/ns/user`],
      ...[`--net=${namespaces}/root/run/netns/algo-${host + 1}`, "--"],
    ],
  };
}

const holderName = "holder.json";

export function endGroupNetwork(folder: string): void {
  const holder = readJson<ProcessIdentity>(join(folder, holderName));
  if (holder) signalProcess(holder, "SIGKILL", { group: true });
}

async function holdNetwork(folder: string, { lease, leaseSeconds, hosts }: NetworkOptions): Promise<ProcessIdentity> {
  mkdirSync(folder, { recursive: true });
  // Keepers end their runs at the lease's end, and need a moment.
  const minutes = Math.ceil(leaseSeconds / 60) + 2;
  const addresses = Array.from({ length: hosts }, (_, host) => networkAddress(host));
  const errors = openSync(join(folder, "errors"), "w", 0o600);
  const holder = spawn("/bin/sh", [networkScript, folder, lease, String(minutes), ...addresses], {
    detached: true,
    stdio: ["ignore", "pipe", errors],
    cwd: "/",
    env: {},
  });
  closeSync(errors);
  holder.unref();
  const timer = setTimeout(() => holder.kill("SIGKILL"), readyMilliseconds);
  try {
    // Its output ends when it is ready, and when it fails.
    const [said] = await Promise.all([textOf(holder.stdout!), once(holder.stdout!, "close"), once(holder, "spawn")]);
    const made = readJson<ProcessIdentity>(join(folder, holderName));
    if (said.trim() === "ready" && made && isAlive(made)) return made;
  } finally {
    clearTimeout(timer);
  }
  const words = readFileSync(join(folder, "errors"), "utf8").trim().split("\n").at(-1);
  throw new Error(`The network of the hosts cannot be made: ${words || "what makes it ended"}`);
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}
