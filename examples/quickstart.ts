/**
 * `npm run quickstart`: a server on the default home, and the main job on a real data set through it. In a terminal both
 * stay up until Ctrl-C, otherwise everything is stopped at the end.
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

const isRunning = (await sagebrush(["status"], "quiet")) === 0;
if (isRunning) await sagebrush(["status"]);
else {
  // Another port than the default one is taken only where the user has not chosen one.
  const isChosen = Boolean(process.env.SAGEBRUSH_PORT);
  const other = isChosen || (await isFree(defaultPort)) ? [] : ["--port", "0"];
  const code = await sagebrush(["start", "--detach", ...other]);
  if (code !== 0) process.exit(code);
}
const code = await sagebrush(["exec", "--", process.execPath, join(root, "examples", "breast-cancer.ts")]);
if (!isRunning) await sagebrush(["stop"]);
process.exitCode = code;
