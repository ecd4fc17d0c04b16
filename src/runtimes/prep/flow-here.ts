import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { counted } from "../../base/counted.ts";
import { duckdb } from "../../engines/duckdb/duckdb.ts";
import { analysisCatalogue, catalogue } from "../../prep/catalogue.ts";
import { fillParameters } from "../../prep/flows/fill-parameters.ts";
import { type Flow, FlowFault, type FlowNode, nodeWords } from "../../prep/flows/flow.ts";
import type { FlowHerePlan } from "../../prep/flows/flow-here-plan.ts";
import { flowSource } from "../../prep/flows/flow-source.ts";
import { destinationConfig, readOutputConfig } from "../../prep/flows/output-config.ts";
import { readFlow } from "../../prep/flows/read-flow.ts";
import { duckdb as dialect } from "../../prep/sql/dialects/duckdb.ts";
import { ownFunctions } from "../../prep/sql/own-functions.ts";
import { StepFault } from "../../prep/step-fault.ts";
import { runMemoryBytes } from "../run-memory.ts";
import { createAnalyseNode } from "./analyse-node.ts";
import { exportFlow } from "./export-flow.ts";
import { imageFunctions } from "./image-functions.ts";
import { parquetReader } from "./parquet-rows.ts";
import { type FlowRun, runFlow } from "./run-flow.ts";
import { createDrawing, createUserCode } from "./user-code.ts";
import { createWholeOutputs, type WholeOutputs } from "./whole-outputs.ts";
import { writeOutput } from "./write-output.ts";

/**
 * Does a flow over files of this machine, as a person asks for it: `node flow-here.ts PLAN`. It writes the outputs to a
 * folder, or exports the flow, whose steps learn from these files. Nothing of a server is needed.
 */
const work = ".flow-work";

async function main(plan: FlowHerePlan): Promise<void> {
  const flow = fillParameters(readFlow(readFileSync(plan.file, "utf8")), plan.parameters, Date.now());
  const root = plan.does.kind === "run" ? resolve(plan.does.folder) : mkdtempSync(join(tmpdir(), "flow-export-"));
  mkdirSync(join(root, work), { recursive: true });
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stopping.abort());
  const places = placesOf(flow, plan);
  const folder = below(join(root, work));
  const whole = createWholeOutputs(root, `${work}/outputs`);
  const engine = await duckdb.open({
    ...{ tables: "", output: "", spill: join(root, work) },
    memoryBytes: runMemoryBytes / 2,
    spillBytes: 2 ** 50,
    threads: availableParallelism(),
    prelude: [],
    functions: [...ownFunctions, ...imageFunctions],
  });
  const { nodes } = flow;
  const draw = createDrawing(plan.python, "/", folder, stopping.signal);
  const shared: Omit<FlowRun, "progress" | "write"> = {
    ...{
      dialect,
      flow,
      transforms: catalogue,
      engine,
      wanted: plan.wanted,
      refit: plan.refit,
      signal: stopping.signal,
    },
    place: (node) => ({ root: "/", path: places.get(node.id)!, work: `${folder}/source-${nodes.indexOf(node) + 1}` }),
    readParquet: parquetReader(engine, "/", folder, stopping.signal),
    analyse: createAnalyseNode(analysisCatalogue, draw, (line) => console.log(line)),
    writeFindings(name, files) {
      const own = name.replaceAll(".", "/");
      const made = join(root, whole.folder(own));
      for (const [file, text] of files) writeFileSync(join(made, file), text);
      console.log(`Wrote ${[...files.keys()].join(", ")} of the output ${name}, for ${join(root, own)}.`);
    },
    runUserCode: createUserCode(plan.python, "/", folder, stopping.signal),
  };
  try {
    if (plan.does.kind === "run") await run(shared, root, whole, plan.python, stopping.signal);
    else await exportFlow({ plan, does: plan.does, run: shared });
  } catch (error) {
    if (stopping.signal.aborted) throw new FlowFault(["It is stopped."]);
    throw error;
  } finally {
    engine.close();
    rmSync(plan.does.kind === "run" ? join(root, work) : root, { recursive: true, force: true });
  }
}

/** The file or folder of each source, by its node. @throws FlowFault */
function placesOf(flow: Flow, { sources }: FlowHerePlan): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const node of flow.nodes.filter(({ type }) => type === "SOURCE")) {
    const name = sourceName(node);
    // A source that no wanted output needs has no place, and is not opened.
    const path = sources[name];
    if (path === undefined) continue;
    if (!existsSync(path))
      throw new FlowFault([`The source ${JSON.stringify(name)} is to be ${path}, which is not there.`]);
    places.set(node.id, resolve(path));
  }
  return places;
}

function sourceName(node: FlowNode): string {
  try {
    return flowSource(node).name;
  } catch (fault) {
    if (!(fault instanceof StepFault)) throw fault;
    throw new FlowFault([`In ${nodeWords(node)}: ${fault.message}`]);
  }
}

/** A path as the engine knows it, which reads and writes all that the person who asks may. */
const below = (path: string): string => path.slice(1);

const progressMilliseconds = 5_000;

async function run(
  shared: Omit<FlowRun, "progress" | "write">,
  root: string,
  whole: WholeOutputs,
  python: string,
  signal: AbortSignal,
): Promise<void> {
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  await runFlow({
    ...shared,
    progress: (line) => console.log(line),
    async write(name, relation, flowEngine) {
      const own = name.replaceAll(".", "/");
      const folder = join(root, whole.folder(own));
      const node = shared.flow.nodes.find(({ id }) => id === name.slice(0, name.lastIndexOf(".")))!;
      const watch = setInterval(() => {
        console.log(`Writing ${name}: ${(sizeOf(folder) / 1e6).toFixed(1)} MB after ${seconds()} s.`);
      }, progressMilliseconds);
      try {
        const config = readOutputConfig(destinationConfig(node) ?? {});
        const place = { root: "/", folder: below(folder), python };
        const rows = await writeOutput(relation, config, place, flowEngine, signal);
        console.log(
          `Wrote ${counted(rows, "row")} and ${counted(relation.columns.length, "column")} of the output ${name}, for ${join(root, own)}.`,
        );
      } finally {
        clearInterval(watch);
      }
    },
  });
  signal.throwIfAborted();
  whole.publish();
  console.log(`The flow took ${seconds()} s. Its outputs are in ${root}.`);
}

function sizeOf(folder: string): number {
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  return files
    .filter((file) => file.isFile())
    .reduce(
      (bytes, { name, parentPath }) => bytes + (statSync(join(parentPath, name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
}

try {
  await main(JSON.parse(process.argv[2]!) as FlowHerePlan);
} catch (error) {
  console.error(error instanceof FlowFault ? error.message : String((error as Error).stack ?? error));
  process.exitCode = 1;
}
