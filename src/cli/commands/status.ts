import type { Running, ServerStatus } from "../../fronts/front.ts";
import { defineCommand } from "../define-command.ts";
import { callServer, findServer, settingsOf } from "../running-server.ts";

export const status = defineCommand({
  name: "status",
  summary: "Says whether a server holds the home, where it listens and what runs. Exit code 1 when none does.",
  options: { json: { words: "prints the server's answer as JSON" } },
  async run(given) {
    const settings = settingsOf(given);
    const server = findServer(settings);
    if (server === undefined) {
      console.log(given.switches.has("json") ? "null" : `No server holds ${settings.home}.`);
      return 1;
    }
    const answer = (await callServer(server, "GET", "status")) as Answer;
    console.log(given.switches.has("json") ? JSON.stringify(answer, undefined, 2) : describe(answer));
    return 0;
  },
});

/** JSON: times are texts. */
type Answer = ServerStatus & { running: Record<keyof Running, string>[] };

function describe(status: Answer): string {
  const lines = {
    home: status.home,
    account: status.account,
    process: `${status.pid}, since ${new Date(status.started).toISOString()}`,
    memory: `${Math.round(status.memoryBytes / 1024 / 1024)} MiB`,
  };
  const shown = Object.entries(lines).map(([name, value]) => `  ${name.padEnd(9)}${value}`);
  const width = Math.max(...status.running.map(({ what }) => what.length)) + 2;
  const running = status.running.map(({ what, name, status }) => `  ${what.padEnd(width)}${name}, ${status}`);
  const runs = running.length === 0 ? `Nothing runs in ${status.region}.` : `In ${status.region} there run:`;
  const ready = `Sagebrush ${status.version} is ready at ${status.url}`;
  return [ready, ...shown, ...status.warnings, runs, ...running].join("\n");
}
