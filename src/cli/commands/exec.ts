import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { productRoot } from "../../server/process/product.ts";
import { clientEnvironment } from "../client-environment.ts";
import { CommandError, defineCommand } from "../define-command.ts";
import { runProgram } from "../run-program.ts";
import { needServer, settingsOf } from "../running-server.ts";

const pythonClients = join(productRoot, "clients", "python");

export const exec = defineCommand({
  name: "exec",
  summary: "Runs a command with the environment that points AWS clients at the server.",
  options: {},
  rest: "COMMAND...",
  notes: `Python programs are also led to the server where a library asks for an address of amazonaws.com. The SageMaker
Python SDK reports nothing to Amazon, and looks for the end of a job or a deployment every second.`,
  async run(given) {
    const [program, ...words] = given.rest;
    if (program === undefined)
      throw new CommandError("There is no command after --, as in: bin/sagebrush exec -- aws s3 ls", 2);
    const { set, unset } = clientEnvironment(needServer(settingsOf(given)), process.env);
    const environment: NodeJS.ProcessEnv = { ...process.env, ...set };
    for (const name of unset) delete environment[name];
    environment.PYTHONPATH = [pythonClients, process.env.PYTHONPATH].filter(Boolean).join(delimiter);
    Object.assign(environment, sdkDefaults(process.env));
    return await runProgram(program, words, environment);
  },
});

/**
 * Returns the variable that has the SageMaker Python SDK read our defaults, among them that it reports nothing to Amazon.
 * The SDK reads one file of the administrator and one of the user. A file that is there stays in force; where there are
 * both, `sitecustomize.py` alone keeps the SDK from reporting.
 */
export function sdkDefaults(present: NodeJS.ProcessEnv): Record<string, string> {
  const isMac = process.platform === "darwin";
  const machine = isMac ? "/Library/Application Support" : (present.XDG_CONFIG_DIRS || "/etc/xdg").split(delimiter)[0]!;
  const user = isMac
    ? join(homedir(), "Library", "Application Support")
    : present.XDG_CONFIG_HOME || join(homedir(), ".config");
  const places = [
    ["SAGEMAKER_ADMIN_CONFIG_OVERRIDE", machine],
    ["SAGEMAKER_USER_CONFIG_OVERRIDE", user],
  ] as const;
  const free = places.find(
    ([variable, folder]) => !present[variable] && !existsSync(join(folder, "sagemaker", "config.yaml")),
  );
  return free === undefined ? {} : { [free[0]]: join(pythonClients, "sagemaker-defaults.yaml") };
}
