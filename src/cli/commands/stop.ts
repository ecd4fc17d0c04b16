import { setTimeout } from "node:timers/promises";
import { isHeld } from "../../server/home/lock.ts";
import { CommandError, defineCommand } from "../define-command.ts";
import { callServer, findServer, settingsOf } from "../running-server.ts";

/** Runs have ten seconds to end and requests under way five; a slow machine takes longer. */
const longestStopMilliseconds = 60_000;

export const stop = defineCommand({
  name: "stop",
  summary: "Stops the server and all runs. Unfinished jobs begin a new attempt at the next start.",
  options: {},
  async run(given) {
    const settings = settingsOf(given);
    const server = findServer(settings);
    if (server === undefined) {
      console.log(`No server holds ${settings.home}.`);
      return 0;
    }
    await callServer(server, "POST", "stop");
    const deadline = Date.now() + longestStopMilliseconds;
    while (isHeld(settings.home)) {
      if (Date.now() > deadline) {
        throw new CommandError(
          `The server is still stopping. Its process is ${server.record.pid}; end it with kill -9.`,
        );
      }
      await setTimeout(50);
    }
    await ended(server.record.pid);
    console.log("Sagebrush has stopped.");
    return 0;
  },
});

/** The process ends right after it releases the home. In a container it may stay a zombie, so the wait has an end. */
async function ended(pid: number): Promise<void> {
  const deadline = Date.now() + 2_000;
  while (Date.now() < deadline) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await setTimeout(20);
  }
}
