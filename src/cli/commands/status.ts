import { setTimeout } from "node:timers/promises";
import type { Activity, ServerStatus, Shown } from "../../fronts/front.ts";
import { type Arguments, defineCommand } from "../define-command.ts";
import { callServer, findServer, settingsOf } from "../running-server.ts";

export const status = defineCommand({
  name: "status",
  summary: "Says whether a server holds the home, where it listens and what runs. Exit code 1 when none does.",
  options: {
    json: { words: "prints the server's answer as JSON" },
    watch: { words: "prints it again every two seconds, until Ctrl-C" },
  },
  async run(given) {
    for (;;) {
      const exitCode = await print(given);
      if (!given.switches.has("watch")) return exitCode;
      await setTimeout(watchMilliseconds);
      // Clears the screen, where there is one.
      if (process.stdout.isTTY) process.stdout.write("\u001b[2J\u001b[H");
    }
  },
});

const watchMilliseconds = 2_000;

async function print(given: Arguments): Promise<number> {
  const settings = settingsOf(given);
  const server = findServer(settings);
  if (server === undefined) {
    console.log(given.switches.has("json") ? "null" : `No server holds ${settings.home}.`);
    return 1;
  }
  const answer = (await callServer(server, "GET", "status")) as Answer;
  console.log(given.switches.has("json") ? JSON.stringify(answer, undefined, 2) : describe(answer));
  return 0;
}

/** JSON: times are texts. */
type Row = Omit<Shown, "since"> & { readonly since: string };
type Answer = ServerStatus & Readonly<Record<keyof Activity, readonly Row[]>>;

function describe(status: Answer): string {
  const lines = {
    home: status.home,
    account: status.account,
    process: `${status.pid}, since ${new Date(status.started).toISOString()}`,
    memory: `${Math.round(status.memoryBytes / 1024 / 1024)} MiB`,
  };
  // A server of an older version, started before an upgrade, has none.
  const workers = (status.workers ?? []).map(
    ({ pid, memoryBytes, connections, requests, handedOn }) =>
      `  worker   ${pid}, ${Math.round(memoryBytes / 1024 / 1024)} MiB, ${connections} connections, ${requests} requests, ${handedOn} of them handed on`,
  );
  const shown = Object.entries(lines).map(([name, value]) => `  ${name.padEnd(9)}${value}`);
  const rows = (of: readonly Row[]) => {
    const width = Math.max(...of.map(({ what }) => what.length)) + 2;
    return of.map(({ what, name, region, status: shown, reason }) => {
      const place = region === undefined || region === status.region ? "" : ` in ${region}`;
      return `  ${what.padEnd(width)}${name}${place}, ${shown}${reason ? `: ${reason}` : ""}`;
    });
  };
  const section = (title: string, of: readonly Row[]) => (of.length === 0 ? [] : [title, ...rows(of)]);
  return [
    `Sagebrush ${status.version} is ready at ${status.url}`,
    ...shown,
    ...workers,
    ...status.warnings,
    ...(status.running.length === 0 ? ["Nothing runs."] : section("Running:", status.running)),
    ...section("Ended lately:", status.ended),
  ].join("\n");
}
