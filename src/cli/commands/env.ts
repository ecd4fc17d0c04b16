import { clientEnvironment, shells } from "../client-environment.ts";
import { CommandError, defineCommand } from "../define-command.ts";
import { needServer, settingsOf } from "../running-server.ts";

const names = Object.keys(shells).join(", ");

export const env = defineCommand({
  name: "env",
  summary: "Prints the shell lines that point AWS clients at the server.",
  options: { shell: { value: "NAME", words: `the form of the lines, one of ${names}; else posix` } },
  notes: `Use it as: eval "$(bin/sagebrush env)"
In fish: bin/sagebrush env --shell fish | source
In PowerShell: bin/sagebrush env --shell powershell | Out-String | Invoke-Expression`,
  async run(given) {
    const { shell = "posix" } = given.options;
    if (!Object.hasOwn(shells, shell)) throw new CommandError(`--shell is "${shell}"; it must be one of ${names}.`, 2);
    const lines = shells[shell as keyof typeof shells];
    console.log(lines(clientEnvironment(needServer(settingsOf(given)), process.env)));
    return 0;
  },
});
