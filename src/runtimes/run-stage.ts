import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isDiskFull } from "../base/is-disk-full.ts";
import { noRoom, watchRoom } from "./disk-room.ts";
import { keepTellingAlive, tell } from "./events.ts";
import { mlRoot } from "./ml-root.ts";

/** Tells why the run has failed, and returns its exit code. */
export function failed(reason: string, code: number): number {
  tell("Failed", { reason });
  return code;
}

/** Reads what a run is to do, and takes it away: the program is shown what AWS shows, and nothing of the platform. */
export function readPlan<Plan>(file: string): Plan {
  const path = join(mlRoot, file);
  const plan = JSON.parse(readFileSync(path, "utf8")) as Plan;
  rmSync(path);
  return plan;
}

/** Runs the work of a program that stages a run; it returns the exit code. */
export async function runStage(work: () => Promise<number>): Promise<void> {
  // This is the program's working folder.
  process.chdir(mlRoot);
  keepTellingAlive();
  watchRoom();
  const { SAGEBRUSH_RELAY_PORT: port, SAGEBRUSH_SERVER_SOCKET: socket } = process.env;
  if (port && socket) await (await import("./relay-server.ts")).relayServer(Number(port), socket);
  try {
    process.exitCode = await work();
  } catch (error) {
    // The platform failed and not the program, so the reason begins with InternalServerError.
    const { message } = error as Error;
    console.error(error);
    process.exitCode = failed(
      isDiskFull(error) ? `ClientError: ${noRoom}: ${message}` : `InternalServerError: ${message}`,
      1,
    );
  }
}
