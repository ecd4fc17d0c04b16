/**
 * `npm run quickstart`: a server on the default home, and the main job on a real data set through it. In a terminal both
 * stay up, and the last lines lead to Studio. Otherwise, as in CI, everything that was started is stopped at the end.
 */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const defaultPort = 4620;

/** Runs bin/sagebrush; gives its exit code. `quiet` keeps its output back. */
function sagebrush(words: readonly string[], output: "shown" | "quiet" = "shown"): Promise<number> {
  const stdio = output === "quiet" ? "ignore" : "inherit";
  const child = spawn(process.execPath, [join(root, "bin", "sagebrush"), ...words], { cwd: root, stdio });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, process.env.SAGEBRUSH_HOST || "127.0.0.1", () => server.close(() => resolve(true)));
  });

// Ctrl-C ends the main job; this program goes on to stop the server, and with it all that still runs.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

/** What `start` is told where the default port is taken and the user has not chosen one. */
let otherPort: readonly string[] = [];
const isRunning = (await sagebrush(["status"], "quiet")) === 0;
if (isRunning) await sagebrush(["status"]);
else {
  if (!process.env.SAGEBRUSH_PORT && !(await isFree(defaultPort))) otherPort = ["--port", "0"];
  const code = await sagebrush(["start", "--detach", ...otherPort]);
  if (code !== 0) process.exit(code);
}
const isKept = process.stdin.isTTY && process.stdout.isTTY;
const example = [process.execPath, join(root, "examples", "breast-cancer.ts"), ...(isKept ? ["--keep"] : [])];
const code = await sagebrush(["exec", "--", ...example]);
process.exitCode = code;
if (isKept && code === 0) {
  console.log("\nTo use it from a terminal, in this folder:\n");
  console.log('  eval "$(bin/sagebrush env)"          # for boto3, the AWS CLI and every other client');
  console.log("  bin/sagebrush stop                   # stops the server and the endpoint");
  console.log(
    "\nEverything is in Studio. This link signs you in, once and for five minutes (bin/sagebrush studio prints another):\n",
  );
  process.exitCode = await sagebrush(["studio"]);
} else if (!isRunning) {
  await sagebrush(["stop"]);
  if (code === 0) {
    console.log("\nTo go on by hand, in this folder; the first line prints a link to Studio:\n");
    console.log(`  bin/sagebrush start --detach${otherPort.map((word) => ` ${word}`).join("")}`);
    console.log('  eval "$(bin/sagebrush env)"');
  }
}
