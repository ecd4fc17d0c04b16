import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { counted } from "../../base/counted.ts";
import { featureFolder } from "../../images/processing-plan.ts";
import { analysisCatalogue, catalogue } from "../../prep/catalogue.ts";
import { featureForm } from "../../prep/flows/csv-form.ts";
import { fillParameters } from "../../prep/flows/fill-parameters.ts";
import { type Flow, FlowFault } from "../../prep/flows/flow.ts";
import { readFlowArguments } from "../../prep/flows/flow-arguments.ts";
import { flowOutputs } from "../../prep/flows/flow-job-request.ts";
import { flowSource } from "../../prep/flows/flow-source.ts";
import { destinationConfig, readOutputConfig } from "../../prep/flows/output-config.ts";
import { readFlow } from "../../prep/flows/read-flow.ts";
import { withLearned, writeFlow } from "../../prep/flows/write-flow.ts";
import type { JsonObject } from "../../prep/json-object.ts";
import { ownFunctions } from "../../prep/sql/own-functions.ts";
import { mlRoot } from "../ml-root.ts";
import { runMemoryBytes } from "../run-memory.ts";
import { createAnalyseNode } from "./analyse-node.ts";
import { type BroughtSource, flowFile, flowSourcesFile, inputName } from "./flow-sources.ts";
import { flowSql } from "./flow-sql.ts";
import { imageFunctions } from "./image-functions.ts";
import { parquetReader } from "./parquet-rows.ts";
import type { SourcePlace } from "./read-source.ts";
import { runFlow } from "./run-flow.ts";
import { createDrawing, createUserCode } from "./user-code.ts";
import { createWholeOutputs } from "./whole-outputs.ts";
import { writeOutput } from "./write-output.ts";

/**
 * Runs a flow as the container of Data Wrangler does: `node flow-job.ts ARGUMENTS`. The flow is the one file of
 * /opt/ml/processing/flow, the files of its sources are in the folders of the job's inputs, and the rows of the output
 * NODE.OUTPUT go to JOB/NODE/OUTPUT below its folder: all outputs together, at the end.
 */
const work = "flow-work";
/** Where outputs are until all are whole. */
const aside = "flow-outputs";

async function main(): Promise<void> {
  const words = readFlowArguments(process.argv.slice(2));
  const job = JSON.parse(readFileSync(join(mlRoot, "config/processingjobconfig.json"), "utf8")) as JobConfig;
  const given = readFlow(readFileSync(flowFile(mlRoot), "utf8"));
  const flow = fillParameters(given, words.overrides, Date.now());
  const outputs = wantedOutputs(flow, job, words.outputs);
  for (const folder of [work, "spill"]) mkdirSync(join(mlRoot, folder), { recursive: true });
  const whole = createWholeOutputs(mlRoot, aside);
  const stopping = new AbortController();
  process.once("SIGTERM", () => stopping.abort());
  const { sql, dialect, codeBytes } = flowSql();
  const engine = await sql.open({
    tables: mlRoot,
    output: mlRoot,
    spill: join(mlRoot, "spill"),
    // The other half is for user code, and for what the engine does not count.
    memoryBytes: runMemoryBytes / 2,
    spillBytes: 2 ** 50,
    threads: availableParallelism(),
    prelude: [],
    functions: [...ownFunctions, ...imageFunctions],
  });
  const started = performance.now();
  const learned = await runFlow({
    flow,
    transforms: catalogue,
    engine,
    dialect,
    place: (node) => placeOf(flowSource(node).name, node.id, job),
    wanted: outputs.map(({ name }) => name),
    refit: words.refit,
    readParquet: parquetReader(engine, mlRoot, work, stopping.signal),
    runUserCode: createUserCode("python3", mlRoot, work, stopping.signal, codeBytes),
    analyse: createAnalyseNode(analysisCatalogue, createDrawing("python3", mlRoot, work, stopping.signal), (line) =>
      console.log(line),
    ),
    signal: stopping.signal,
    progress: (line) => console.log(line),
    writeFindings(name, files) {
      const { folder } = outputs.find((one) => one.name === name)!;
      const made = whole.folder(folder);
      for (const [file, text] of files) writeFileSync(join(mlRoot, made, file), text);
      console.log(`Wrote ${[...files.keys()].join(", ")} of the output ${name}.`);
    },
    async write(name, relation, flowEngine) {
      const output = outputs.find((one) => one.name === name)!;
      const rows = await writeOutput(
        output.isForFeatures ? featureForm(relation) : relation,
        readOutputConfig(output.config),
        { root: mlRoot, folder: whole.folder(output.folder), python: "python3" },
        flowEngine,
        stopping.signal,
      );
      console.log(
        `Wrote ${counted(rows, "row")} and ${counted(relation.columns.length, "column")} of the output ${name}.`,
      );
    },
  });
  engine.close();
  if (words.outputFlow !== undefined)
    writeFileSync(
      join(mlRoot, whole.file(join(outputs[0]!.root, words.outputFlow))),
      writeFlow(withLearned(given, learned)),
    );
  stopping.signal.throwIfAborted();
  whole.publish();
  console.log(`The flow took ${((performance.now() - started) / 1000).toFixed(1)} s.`);
}

interface JobInput {
  readonly LocalPath?: string;
  readonly S3Uri?: string;
  readonly S3DataType?: string;
}

interface JobConfig {
  readonly ProcessingJobName: string;
  readonly ProcessingInputs: readonly {
    readonly InputName: string;
    readonly S3Input?: JobInput;
    readonly DatasetDefinition?: JobInput;
  }[];
  readonly ProcessingOutputConfig: {
    readonly Outputs: readonly {
      readonly OutputName: string;
      readonly S3Output?: { readonly LocalPath: string };
      readonly FeatureStoreOutput?: object;
    }[];
  };
}

/** A job names its folders from /opt/ml. */
const below = (path: string): string => path.replace(/^\/opt\/ml\/*/, "").replace(/\/+$/, "");

function placeOf(name: string, node: string, { ProcessingInputs: inputs }: JobConfig): SourcePlace {
  const own = `${work}/${node.replaceAll(/\W/g, "-")}`;
  const brought = broughtSources()[node];
  if (brought) {
    const { folder, key } = brought;
    return { root: mlRoot, path: join(mlRoot, folder), work: own, ...(key !== undefined && { key }) };
  }
  const input = inputs.find(({ InputName }) => inputName(InputName) === inputName(name));
  if (input) {
    const { LocalPath, S3DataType, S3Uri = "" } = { ...input.S3Input, ...input.DatasetDefinition };
    const prefix = S3Uri.replace(/^s3:\/\/[^/]*\/?/, "").replace(/[^/]*$/, "");
    return {
      root: mlRoot,
      path: join(mlRoot, below(LocalPath!)),
      work: own,
      ...(S3DataType !== "ManifestFile" && { key: prefix }),
    };
  }
  const known = inputs.map(({ InputName }) => InputName).filter((one) => one !== "flow");
  throw new FlowFault([
    `The job has no input for the source ${JSON.stringify(name)} of the flow. Its inputs are: ${known.join(", ") || "none"}. Give it one of that name.`,
  ]);
}

/** The sources that whoever staged the job has brought. */
function broughtSources(): Readonly<Record<string, BroughtSource>> {
  const file = join(mlRoot, flowSourcesFile);
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

interface WantedOutput {
  readonly name: string;
  readonly root: string;
  readonly folder: string;
  readonly config: JsonObject;
  /** The rows become records of a feature group, whose values are texts. */
  readonly isForFeatures?: true;
}

/** The outputs of the job; without any that names a node, those that the flow has by itself. */
function wantedOutputs(
  flow: Flow,
  { ProcessingJobName: job, ProcessingOutputConfig }: JobConfig,
  configs: ReadonlyMap<string, JsonObject>,
): readonly WantedOutput[] {
  const outputs = ProcessingOutputConfig.Outputs;
  const first = below(outputs.find(({ S3Output }) => S3Output)?.S3Output?.LocalPath ?? "/opt/ml/processing/output");
  const ids = new Set(flow.nodes.map(({ id }) => id));
  const isNode = (name: string) => ids.has(name.slice(0, name.lastIndexOf(".")));
  const named = outputs.filter(({ OutputName }) => isNode(OutputName));
  const strange = outputs.find(({ OutputName }) => OutputName.includes(".") && !isNode(OutputName));
  if (strange)
    throw new FlowFault([
      `The job's output ${JSON.stringify(strange.OutputName)} names no node of the flow. Name it NODE.OUTPUT.`,
    ]);
  const made = (name: string, root: string): WantedOutput => {
    const node = flow.nodes.find(({ id }) => id === name.slice(0, name.lastIndexOf(".")))!;
    return {
      name,
      root,
      folder: `${root}/${job}/${name.replaceAll(".", "/")}`,
      config: { ...destinationConfig(node), ...configs.get(name) },
    };
  };
  if (named.length > 0) {
    const unasked = [...configs.keys()].find((name) => !named.some(({ OutputName }) => OutputName === name));
    if (unasked !== undefined)
      throw new FlowFault([
        `--output-config names ${JSON.stringify(unasked)}, which is no output of the job. Its outputs are: ${named.map(({ OutputName }) => OutputName).join(", ")}.`,
      ]);
    return named.map(({ FeatureStoreOutput, OutputName, S3Output }) =>
      FeatureStoreOutput
        ? {
            name: OutputName,
            root: first,
            folder: featureFolder(OutputName),
            config: { content_type: "JSON" },
            isForFeatures: true,
          }
        : made(OutputName, below(S3Output!.LocalPath)),
    );
  }
  const wanted = configs.size > 0 ? [...configs.keys()] : flowOutputs(flow);
  if (wanted.length === 0) throw new FlowFault(["The flow has no step whose rows could be written, and no analysis."]);
  return wanted.map((name) => made(name, first));
}

try {
  await main();
} catch (error) {
  const words = error instanceof FlowFault ? error.message : String((error as Error).stack ?? error);
  console.error(words);
  // The words need room, which the outputs may have taken.
  rmSync(join(mlRoot, aside), { recursive: true, force: true });
  mkdirSync(join(mlRoot, "output"), { recursive: true });
  writeFileSync(join(mlRoot, "output/message"), words);
  process.exitCode = 1;
}
