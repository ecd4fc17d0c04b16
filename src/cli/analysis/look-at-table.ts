import { spawn } from "node:child_process";
import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { productCommand } from "../../base/product-program.ts";
import {
  type AnalysedTable,
  analysisFlow,
  analysisNode,
  findingsFile,
  sourceName,
  type TableFile,
} from "../../prep/flows/analysis-flow.ts";
import { readFlow } from "../../prep/flows/read-flow.ts";
import type { JsonObject } from "../../prep/json-object.ts";
import { productNode, productRoot } from "../../server/process/product.ts";
import type { ApiClient } from "../api-client.ts";
import { CommandError } from "../define-command.ts";
import { runFlowJob } from "../flow/run-flow-job.ts";
import type { QuerySource, TableSource } from "./table-source.ts";

/** What is looked at, and how. */
export interface Look {
  readonly source: TableSource;
  /** What the job is called, with the time after it. */
  readonly title: string;
  readonly operator: string;
  readonly parameters: JsonObject;
}

/**
 * Does an analysis of a table and returns its findings as JSON: of a file with a program on this machine, of what the running
 * server has with a processing job. @throws CommandError in the words of what cannot be done
 */
export async function lookAtTable(look: Look, server: () => ApiClient, signal: AbortSignal): Promise<JsonObject> {
  const { source } = look;
  const isHere = source.kind === "file" && !source.uri.startsWith("s3://");
  const looked = isHere ? lookHere(look, source, signal) : lookByJob(look, server(), signal);
  const text = await looked.catch(sayOptions);
  const findings = JSON.parse(text) as JsonObject;
  if (typeof findings.problem === "string") throw new CommandError(findings.problem);
  return findings;
}

/** What files are told by in a flow, this command has options for. */
const optionsOf: readonly (readonly [words: RegExp, option: string])[] = [
  [/without a header/, "--no-header"],
  [/s3CsvEncodingType/, "--encoding"],
];

function sayOptions(error: unknown): never {
  if (!(error instanceof CommandError)) throw error;
  const own = optionsOf.filter(([words]) => words.test(error.message)).map(([, option]) => option);
  if (own.length === 0) throw error;
  throw new CommandError(`${error.message.trimEnd()} Here that is ${own.join(", ")}.`, error.exitCode);
}

async function lookByJob(
  { operator, parameters, source, title }: Look,
  api: ApiClient,
  signal: AbortSignal,
): Promise<string> {
  const table: AnalysedTable = source.kind === "file" ? source : await asked(source, api);
  const text = analysisFlow(table, operator, parameters);
  const options = { text, title, sources: {}, arguments: [], outputs: [`${analysisNode}.default`] };
  const say = console.log;
  // The findings go to stdout; what the job says does not.
  console.log = console.error;
  const places = await runFlowJob(readFlow(text), options, api, signal).finally(() => {
    console.log = say;
  });
  const place = new URL(places[0]!);
  return api.getObject(place.host, `${place.pathname.slice(1)}${findingsFile}`);
}

/** A table that is not there is said before a job starts. */
async function asked({ table, ...query }: QuerySource, api: ApiClient): Promise<AnalysedTable> {
  if (table !== undefined)
    await api
      .call("glue", "AWSGlue.GetTable", { DatabaseName: table.database, Name: table.name })
      .catch((error: CommandError) => {
        throw new CommandError(
          `The Data Catalog gives no table ${table.database}.${table.name}: ${error.message.replace(/\.?$/, ".")} A file of that name is not there either; name a TABLE, or give --query.`,
        );
      });
  return { ...query, outputUri: `s3://sagemaker-${api.region}-${api.account}/athena/` };
}

/** The program is that of the jobs, in a folder that stands for /opt/ml. */
async function lookHere({ operator, parameters }: Look, source: TableFile, signal: AbortSignal): Promise<string> {
  const file = resolve(source.uri);
  if (!existsSync(file)) throw new CommandError(`There is no file ${source.uri}.`, 2);
  const root = mkdtempSync(join(tmpdir(), "sagebrush-look-"));
  try {
    for (const folder of ["config", "processing/flow", `processing/${sourceName}`])
      mkdirSync(join(root, folder), { recursive: true });
    linkOrCopy(file, join(root, `processing/${sourceName}`, basename(file)));
    writeFileSync(join(root, "processing/flow/look.flow"), analysisFlow(source, operator, parameters));
    const place = (LocalPath: string) => ({ LocalPath: `/opt/ml/processing/${LocalPath}` });
    const job = {
      ProcessingJobName: "look",
      ProcessingInputs: [{ InputName: sourceName, S3Input: place(sourceName) }],
      ProcessingOutputConfig: { Outputs: [{ OutputName: `${analysisNode}.default`, S3Output: place("output") }] },
    };
    writeFileSync(join(root, "config/processingjobconfig.json"), JSON.stringify(job));
    await runProgram(root, signal);
    const folder = join(root, "processing/output", job.ProcessingJobName, analysisNode, "default");
    if (!readdirSync(folder).includes(findingsFile)) throw new CommandError("The analysis left no findings.");
    return readFileSync(join(folder, findingsFile), "utf8");
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The program reads below its root alone, and follows no symbolic link out of it. A folder is made anew of its files. */
function linkOrCopy(file: string, place: string): void {
  if (statSync(file).isDirectory()) {
    mkdirSync(place);
    for (const name of readdirSync(file).filter((one) => !/^[._]/.test(one)))
      linkOrCopy(join(file, name), join(place, name));
    return;
  }
  try {
    linkSync(realpathSync(file), place);
  } catch {
    copyFileSync(file, place, constants.COPYFILE_FICLONE);
  }
}

function runProgram(root: string, signal: AbortSignal): Promise<void> {
  const program = { script: "src/runtimes/prep/flow-job.ts", arguments: [] };
  const [command, ...words] = productCommand(program, { node: productNode, productRoot });
  const child = spawn(command!, words, {
    env: { ...process.env, SAGEBRUSH_ML_ROOT: root },
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  let said = "";
  child.stdout.on("data", (bytes: Buffer) => void process.stderr.write(bytes));
  child.stderr.on("data", (bytes: Buffer) => {
    said += bytes;
  });
  return new Promise((done, fail) => {
    child.once("error", (error) => fail(signal.aborted ? new CommandError("Stopped.", 130) : error));
    child.once("close", (code) =>
      code === 0 ? done() : fail(new CommandError(said.trim() || `The program ended with ${code}.`)),
    );
  });
}
