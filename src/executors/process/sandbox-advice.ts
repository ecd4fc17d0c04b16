import { accessSync, existsSync, readFileSync } from "node:fs";
import type { SandboxProbe } from "./probe-sandbox.ts";

/** Why jobs run without a sandbox, and what to do about it. */
export interface SandboxAdvice {
  readonly problem: string;
  /** A sentence that ends with the command that helps, if there is one. */
  readonly fix: string;
}

/** What the advice depends on. */
export interface Machine {
  readonly platform: string;
  readonly isRoot: boolean;
  exists(path: string): boolean;
  /** Returns the trimmed text of a file; undefined when it does not exist. */
  read(path: string): string | undefined;
}

const thisMachine: Machine = {
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  exists: existsSync,
  read(path) {
    try {
      accessSync(path);
      return readFileSync(path, "utf8").trim();
    } catch {
      return undefined;
    }
  },
};

/** How to install a package, by the program that does it. */
const installers: Readonly<Record<string, string>> = {
  "/usr/bin/apt-get": "apt-get install",
  "/usr/bin/dnf": "dnf install",
  "/usr/bin/pacman": "pacman -S",
  "/usr/bin/zypper": "zypper install",
  "/sbin/apk": "apk add",
};

/** "Run: sudo apt-get install NAME"; undefined where nothing is known that installs packages. */
export function installWith(name: string, machine: Machine = thisMachine): string | undefined {
  const installer = Object.keys(installers).find((path) => machine.exists(path));
  return installer && asRoot(`${installers[installer]!} ${name}`, machine);
}

const asRoot = (command: string, { isRoot }: Machine): string => `Run: ${isRoot ? "" : "sudo "}${command}`;

interface Block {
  readonly file: string;
  readonly blocked: string;
  readonly allowed: string;
  readonly sparesRoot?: boolean;
}

/** Settings of Linux that decide whether users can create namespaces. */
const blocks: readonly Block[] = [
  { file: "kernel/apparmor_restrict_unprivileged_userns", blocked: "1", allowed: "0", sparesRoot: true },
  { file: "kernel/unprivileged_userns_clone", blocked: "0", allowed: "1", sparesRoot: true },
  { file: "user/max_user_namespaces", blocked: "0", allowed: "15000" },
];

/** Returns undefined where the sandbox works. */
export function adviseOnSandbox(probe: SandboxProbe, machine = thisMachine): SandboxAdvice | undefined {
  if (probe.works) return undefined;
  const run = (command: string) => asRoot(command, machine);
  if (machine.platform !== "linux")
    return { problem: `there is none for ${machine.platform}`, fix: "Run Sagebrush in a Linux container or machine." };
  const problem = probe.reason;
  // What makes a sandbox is of no use where the kernel gives users no namespaces.
  const block = blocks.find(
    ({ file, blocked, sparesRoot }) => !(sparesRoot && machine.isRoot) && machine.read(`/proc/sys/${file}`) === blocked,
  );
  if (block) return { problem, fix: run(`sysctl -w ${block.file.replaceAll("/", ".")}=${block.allowed}`) };
  if (probe.isMissing) return { problem, fix: installWith("bubblewrap", machine) ?? "Install the package bubblewrap." };
  const isContainer = machine.exists("/.dockerenv") || machine.exists("/run/.containerenv");
  return {
    problem,
    fix: isContainer ? "Run the container with --privileged." : "Allow unprivileged user namespaces on this machine.",
  };
}
