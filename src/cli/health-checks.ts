import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import packageFile from "../../package.json" with { type: "json" };
import { shellWord } from "../base/shell-word.ts";
import type { ServerStatus } from "../fronts/front.ts";
import type { Check, Checkup, Finding } from "../server/checkup/checkup.ts";
import { isHeld, readServerRecord } from "../server/home/lock.ts";
import { StartFailure } from "../server/home/start-failure.ts";
import type { Settings } from "../server/settings/settings.ts";
import { callServer, needServer } from "./running-server.ts";

const answerMilliseconds = 5_000;

/** Returns what the checks of `doctor` look at: the home of these settings, and the server on it if there is one. */
export function lookAt(settings: Settings, environment: NodeJS.ProcessEnv): Checkup {
  let held = false;
  try {
    held = isHeld(settings.home);
  } catch (error) {
    // The home is not this user's, which the check of the home says.
    if (!(error instanceof StartFailure)) throw error;
  }
  return { settings, environment, held, ...(held && { server: readServerRecord(settings.home) }) };
}

/** What is asked before the parts of the server, whose checks are in `server/parts/part-list.ts`. */
export const serverChecks: readonly Check[] = [
  { name: "Node", check: () => [{ title: "Node", words: `${process.version}, ${process.execPath}` }] },
  {
    name: "Server",
    async check({ settings, held, server }) {
      const title = "Server";
      if (!held) return [{ title, words: "none holds the home" }];
      if (server === undefined) return [{ title, words: "one that is starting or stopping holds the home" }];
      const { pid, url, version } = server;
      const home = shellWord(settings.home);
      const restart = `bin/sagebrush start --detach --home ${home}`;
      let workers: number;
      try {
        const status = (await callServer(
          needServer(settings),
          "GET",
          "status",
          AbortSignal.timeout(answerMilliseconds),
        )) as ServerStatus;
        workers = status.workers?.length ?? 0;
      } catch (error) {
        const fix = `Its output, when detached, is in ${settings.home}/server.log. If it is stuck: kill -9 ${pid}; ${restart}`;
        return [{ title, words: (error as Error).message, mark: "wrong", fix }];
      }
      if (version === packageFile.version)
        return [{ title, words: `${url}, process ${pid}${workers > 0 ? `, ${workers} workers` : ""}` }];
      const words = `${url}, process ${pid}, is version ${version}; this is ${packageFile.version}`;
      return [{ title, words, mark: "note", fix: `Run: bin/sagebrush stop --home ${home} && ${restart}` }];
    },
  },
  { name: "Studio", check: checkStudio },
];

/** Whether the server can show Studio. */
function checkStudio(): Finding[] {
  const title = "Studio";
  if (existsSync(join(import.meta.dirname, "..", "..", "studio", "dist", "index.html")))
    return [{ title, words: "built; bin/sagebrush studio prints a link that signs in" }];
  return [{ title, words: "not built", mark: "note", fix: "Run: npm run quickstart" }];
}

/** What is asked about the clients on this machine. */
export const clientChecks: readonly Check[] = [
  {
    name: "AWS CLI",
    async check() {
      const title = "AWS CLI";
      const { output, error } = await outputOf("aws", ["--version"]);
      if (error !== undefined) return [{ title, words: "not on the PATH" }];
      const version = /aws-cli\/(\S+)/.exec(output)?.[1] ?? "";
      const least = version.startsWith("1.") ? "1.29.0" : "2.13.0";
      if (isAtLeast(version, least)) return [{ title, words: version }];
      const fix = `Update it to ${least} or newer: it would call the real AWS.`;
      return [{ title, words: `${version} does not know AWS_ENDPOINT_URL`, mark: "wrong", fix }];
    },
  },
  {
    name: "boto3",
    async check() {
      const title = "boto3";
      const { output, error } = await outputOf("python3", ["-c", "import boto3; print(boto3.__version__)"]);
      if (error !== undefined) return [{ title, words: "not in the python3 of the PATH" }];
      const version = lastLine(output);
      if (isAtLeast(version, "1.28.0")) return [{ title, words: version }];
      const fix = "Run: pip install -U boto3. It would call the real AWS.";
      return [{ title, words: `${version} does not know AWS_ENDPOINT_URL`, mark: "wrong", fix }];
    },
  },
  {
    name: "Environment",
    check({ environment }) {
      const title = "Environment";
      const strays = ["AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_SECURITY_TOKEN"].filter((name) => environment[name]);
      if (strays.length === 0) return [{ title, words: "nothing in it disturbs AWS clients" }];
      const fix =
        "Run clients by `bin/sagebrush exec`, or take over the lines of `bin/sagebrush env`, which unset them.";
      return [{ title, words: `${strays.join(", ")} would break signatures`, mark: "note", fix }];
    },
  },
];

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
