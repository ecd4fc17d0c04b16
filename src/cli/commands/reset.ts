import { CommandError, defineCommand } from "../define-command.ts";
import { callServer, needServer, settingsOf } from "../running-server.ts";

export const reset = defineCommand({
  name: "reset",
  summary: "Empties a running home: every resource, object, log and run. The keys stay.",
  options: { yes: { words: "needed, because nothing of it can be brought back" } },
  async run(given) {
    const server = needServer(settingsOf(given));
    const { home } = server.settings;
    if (!given.switches.has("yes"))
      throw new CommandError(`Everything in ${home} would be deleted. Say so with --yes.`, 2);
    await callServer(server, "POST", "reset");
    console.log(`${home} is empty.`);
    return 0;
  },
});
