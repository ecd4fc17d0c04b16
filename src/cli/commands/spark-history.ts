import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createEnvironments } from "../../environments/environments.ts";
import { javaOf, sparkJavaVersion } from "../../environments/java-folders.ts";
import { readyEnvironment } from "../../environments/make-environment.ts";
import { homePaths } from "../../server/home/home.ts";
import { productRoot } from "../../server/process/product.ts";
import type { Settings } from "../../server/settings/settings.ts";
import { clientEnvironment } from "../client-environment.ts";
import { CommandError, defineCommand } from "../define-command.ts";
import { runProgram } from "../run-program.ts";
import { needServer, settingsOf } from "../running-server.ts";

const usualPort = 18_080;
const program = join(productRoot, "clients", "spark", "history.py");

export const sparkHistory = defineCommand({
  name: "spark-history",
  summary: "Opens Spark's history server over the event logs of Spark jobs, until it is ended.",
  words: "PLACE",
  options: { port: { value: "N", words: `the port on which this machine alone reaches it; else ${usualPort}` } },
  notes: `PLACE is what a job had as spark_event_logs_s3_uri, s3://BUCKET/PREFIX, or a folder with event logs. It stands in for the
SageMaker SDK's start_history_server, which starts a container. It lists a log some ten seconds after it is there.`,
  async run(given) {
    const [place, ...more] = given.words;
    if (place === undefined || more.length > 0)
      throw new CommandError("spark-history takes one place, as in: bin/sagebrush spark-history s3://bucket/events", 2);
    const port = Number(given.options.port ?? usualPort);
    if (!(Number.isInteger(port) && port > 0 && port < 65_536))
      throw new CommandError(`--port is ${given.options.port}; it must be a port, 1 to 65535.`, 2);
    const settings = settingsOf(given);
    const isRemote = /^s3[an]?:\/\//.test(place);
    const { set, unset } = isRemote ? clientEnvironment(needServer(settings), process.env) : { set: {}, unset: [] };
    const python = await sparkPython(settings);
    const folder = mkdtempSync(join(tmpdir(), "sagebrush-history-"));
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      ...set,
      JAVA_HOME: javaHome(settings),
      SAGEBRUSH_HISTORY_FOLDER: folder,
    };
    for (const name of unset) delete environment[name];
    console.log(`The history of ${place} is at http://127.0.0.1:${port} as soon as Spark has started.`);
    try {
      const words = ["-B", program, isRemote ? place : `file:${resolve(place)}`, `${port}`];
      return await runProgram(python, words, environment);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

/** The Python that has Spark; it is made where no job has run yet. */
async function sparkPython(settings: Settings): Promise<string> {
  const folder = settings.environments || homePaths(settings.home).environmentsFolder;
  const environments = createEnvironments({ folder, wheels: settings.wheels, environment: process.env });
  const planned = await environments.plan("spark-3.5");
  if ("refusal" in planned) throw new CommandError(planned.refusal);
  try {
    const { path } = await readyEnvironment(planned.plan, { log: (line) => console.log(line) });
    return join(path, "bin", "python");
  } catch (error) {
    throw (error as Error).name === "EnvironmentFault" ? new CommandError((error as Error).message) : error;
  }
}

function javaHome({ sparkJava }: Settings): string {
  const found = javaOf(sparkJava);
  if (found !== undefined) return found;
  throw new CommandError(
    `Spark needs Java ${sparkJavaVersion}, which is not found. bin/sagebrush doctor says what to do.`,
  );
}
