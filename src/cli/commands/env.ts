import { clientEnvironment, shellLines } from "../client-environment.ts";
import { defineCommand } from "../define-command.ts";
import { needServer, settingsOf } from "../running-server.ts";

export const env = defineCommand({
  name: "env",
  summary: "Prints the shell lines that point AWS clients at the server.",
  options: {},
  notes: 'Use it as: eval "$(bin/sagebrush env)"',
  async run(given) {
    console.log(shellLines(clientEnvironment(needServer(settingsOf(given)), process.env)));
    return 0;
  },
});
