import { defineCommand } from "../define-command.ts";
import { callServer, needServer, settingsOf } from "../running-server.ts";

export const studio = defineCommand({
  name: "studio",
  summary: "Prints a link that signs a browser in to Studio, as the administrator.",
  options: {},
  notes: `The link is good once, and for five minutes. From another machine, come by an SSH tunnel:
ssh -L 4620:localhost:4620 MACHINE`,
  async run(given) {
    const { link } = (await callServer(needServer(settingsOf(given)), "POST", "studio-link")) as { link: string };
    console.log(link);
    return 0;
  },
});
