import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { shellWord } from "../base/shell-word.ts";
import { keysPath } from "../server/home/keys.ts";
import { adviseOnSandbox } from "../server/sandbox-advice.ts";
import type { Settings } from "../server/settings.ts";
import { findServer } from "./running-server.ts";

/** What a check found. `fix`: what to do when something is wrong. `harmless`: the server works all the same. */
export interface Finding {
  readonly words: string;
  readonly fix?: string;
  readonly harmless?: boolean;
}

/** One line of `sagebrush doctor`. */
export interface HealthCheck {
  readonly title: string;
  run(settings: Settings, environment: NodeJS.ProcessEnv): Promise<Finding>;
}

const gibibyte = 1024 ** 3;
const neededBytes = 2 * gibibyte;

export const healthChecks: readonly HealthCheck[] = [
  {
    title: "Node",
    async run() {
      return { words: `${process.version}, ${process.execPath}` };
    },
  },
  {
    title: "Home",
    async run({ home }) {
      const folder = await nearestFolder(home);
      try {
        await access(folder, constants.W_OK | constants.X_OK);
      } catch {
        return {
          words: `${folder} cannot be written`,
          fix: "Give another --home, or change the owner or mode of the folder.",
        };
      }
      const keys = await stat(keysPath(home)).catch(() => undefined);
      if (keys !== undefined && (keys.mode & 0o077) !== 0) {
        return { words: `${keysPath(home)} can be read by others`, fix: `Run: chmod 600 ${shellWord(keysPath(home))}` };
      }
      return { words: keys === undefined ? `${home} is made at the first start` : home };
    },
  },
  {
    title: "Disk",
    async run({ home }) {
      const { bavail, bsize } = await statfs(await nearestFolder(home));
      const words = `${(Number(bavail * bsize) / gibibyte).toFixed(1)} GiB free for ${home}`;
      if (bavail * bsize >= neededBytes) return { words };
      return { words, fix: "Make room, or give a --home on another disk: a full disk fails jobs and uploads." };
    },
  },
  {
    title: "Server",
    async run(settings) {
      const server = findServer(settings);
      return {
        words: server === undefined ? "none holds the home" : `${server.record.url}, process ${server.record.pid}`,
      };
    },
  },
  {
    title: "Sandbox",
    async run({ home }) {
      const advice = adviseOnSandbox();
      if (advice === undefined) return { words: "bubblewrap works: every job has its own /opt/ml" };
      const words = `jobs run without one and can read the keys in ${home}: ${advice.problem}`;
      return { words, fix: advice.fix, harmless: true };
    },
  },
  {
    title: "AWS CLI",
    async run() {
      const { output, error } = await outputOf("aws", ["--version"]);
      if (error !== undefined) return { words: "not on the PATH", harmless: true };
      const version = /aws-cli\/(\S+)/.exec(output)?.[1] ?? "";
      const least = version.startsWith("1.") ? "1.29.0" : "2.13.0";
      if (isAtLeast(version, least)) return { words: version };
      return {
        words: `${version} does not know AWS_ENDPOINT_URL`,
        fix: `Update it to ${least} or newer: it would call the real AWS.`,
      };
    },
  },
  {
    title: "boto3",
    async run() {
      const { output, error } = await outputOf("python3", ["-c", "import boto3; print(boto3.__version__)"]);
      if (error !== undefined) return { words: "not in the python3 of the PATH", harmless: true };
      const version = lastLine(output);
      if (isAtLeast(version, "1.28.0")) return { words: version };
      return {
        words: `${version} does not know AWS_ENDPOINT_URL`,
        fix: "Run: pip install -U boto3. It would call the real AWS.",
      };
    },
  },
  {
    title: "Environment",
    async run(_, environment) {
      const strays = ["AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_SECURITY_TOKEN"].filter((name) => environment[name]);
      if (strays.length === 0) return { words: "nothing in it disturbs AWS clients" };
      const fix =
        "Run clients by `bin/sagebrush exec`, or take over the lines of `bin/sagebrush env`, which unset them.";
      return { words: `${strays.join(", ")} would break signatures`, fix, harmless: true };
    },
  },
];

/** The folder itself, or the nearest one above it that exists. */
async function nearestFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined || dirname(path) === path ? path : nearestFolder(dirname(path));
}

const execute = promisify(execFile);
type ExecError = NodeJS.ErrnoException & { stdout?: string; stderr?: string };

async function outputOf(program: string, words: readonly string[]): Promise<{ output: string; error?: ExecError }> {
  try {
    const { stdout, stderr } = await execute(program, words, { timeout: 20_000 });
    return { output: stdout + stderr };
  } catch (error) {
    const failure = error as ExecError;
    return { output: `${failure.stdout ?? ""}${failure.stderr ?? ""}`, error: failure };
  }
}

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1) ?? "";

/** Compares versions by their numbers: "1.9.2" is before "1.28.0". */
export function isAtLeast(version: string, least: string): boolean {
  const [found, wanted] = [version, least].map((text) => text.split(".").map((part) => Number.parseInt(part, 10) || 0));
  for (let i = 0; i < wanted!.length; i++) {
    const difference = (found![i] ?? 0) - wanted![i]!;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
