import { createHash } from "node:crypto";
import type { EngineTable, OpenEngine } from "../../engines/port.ts";
import type { Json, Transform } from "../../prep/define-transform.ts";
import { type Flow, FlowFault, type FlowNode, nodeWords, operatorName } from "../../prep/flows/flow.ts";
import { flowSource } from "../../prep/flows/flow-source.ts";
import { sampleOf } from "../../prep/flows/source-relation.ts";
import { markedText, trainedMember } from "../../prep/flows/trained-model.ts";
import { isUserCode } from "../../prep/flows/user-code.ts";
import { ownState } from "../../prep/flows/write-flow.ts";
import { learnStep } from "../../prep/learn-step.ts";
import { type ReadStep, readStep, trainedOf } from "../../prep/read-step.ts";
import type { Dialect } from "../../prep/sql/dialect.ts";
import type { Relation } from "../../prep/sql/relation.ts";
import { StepFault } from "../../prep/step-fault.ts";
import type { AnalyseNode, FindingFiles } from "./analyse-node.ts";
import { createFlowEngine, type FlowEngine } from "./flow-engine.ts";
import { type ReadSource, readSource, type SourcePlace } from "./read-source.ts";
import { isAbout, sourceWords } from "./source-words.ts";
import { decodeTrained, type ReadParquet } from "./spark-model.ts";
import type { RunUserCode } from "./user-code.ts";

export interface FlowRun {
  readonly flow: Flow;
  readonly transforms: readonly Transform[];
  readonly engine: OpenEngine;
  /** What the engine speaks. */
  readonly dialect: Dialect;
  /** Where the files of a source are, by the source's node. */
  place(node: FlowNode): SourcePlace;
  /** The outputs that are wanted: "NODE.OUTPUT". What none of them needs is not done. */
  readonly wanted: readonly string[];
  /** Learns anew what the flow has learned already, from all rows. */
  readonly refit: boolean;
  readonly runUserCode: RunUserCode;
  /** Reads what AWS left in a flow of models that steps were trained to. */
  readonly readParquet: ReadParquet;
  readonly signal: AbortSignal;
  /** Told of each step that is done. */
  progress(line: string): void;
  readonly analyse: AnalyseNode;
  /** Takes what an analysis found, as files by their names. */
  writeFindings(output: string, files: FindingFiles): void;
  /** Takes the rows of a wanted output. */
  write(output: string, relation: Relation, engine: FlowEngine): Promise<void>;
  /** Hears of each step alone. What each gives is then kept as a table, which the steps after it name. */
  readonly trace?: FlowTrace;
}

export interface FlowTrace {
  /** The name of the table that an output of a node is kept as. */
  nameOf(node: FlowNode, output: string): string;
  done(step: TracedStep): void;
}

/** A step by itself: what it makes of the tables that the steps before it gave. */
export interface TracedStep {
  readonly node: FlowNode;
  /** What a source reads. */
  readonly source?: ReadSource;
  readonly inputs: readonly Relation[];
  readonly outputs: Readonly<Record<string, Relation>>;
}

/** What a node gives: all rows, and those that fits learn from. */
interface Made {
  readonly all: Relation;
  readonly sample: Relation;
  readonly source?: ReadSource;
}

/**
 * Does the steps of a flow that the wanted outputs need, each once, and writes these. Steps of SQL are queries in each
 * other; what several steps read, and what user code gives, is kept by the engine. Returns what each step learned.
 *
 * @throws FlowFault that names the node
 */
export async function runFlow(run: FlowRun): Promise<ReadonlyMap<string, Json>> {
  const needed = neededNodes(run.flow, run.wanted);
  const engine = createFlowEngine(run.engine, run.dialect, run.signal);
  const made = new Map<string, Made>();
  const learned = new Map<string, Json>();
  const readers = countReaders(needed, run.wanted);
  /** Their files are read only when a later step asks for rows. */
  const sources: OpenedSource[] = [];
  for (const [index, node] of needed.entries()) {
    run.signal.throwIfAborted();
    const done = `Step ${index + 1} of ${needed.length}: ${nodeWords(node)}`;
    try {
      const inputs = node.inputs.map(
        ({ node: id, output }) => made.get(`${id}.${output}`) ?? made.get(`${id}.default`)!,
      );
      if (node.type === "VISUALIZATION") {
        for (const output of run.wanted.filter((one) => nodeOf(one) === node.id))
          run.writeFindings(output, await run.analyse(node, inputs[0]!.all, engine));
        run.progress(done);
        continue;
      }
      const outputs = await doNode(node, inputs, run, engine, learned, sources);
      run.trace?.done(tracedStep(node, inputs, outputs));
      for (const [name, one] of Object.entries(outputs)) {
        const key = `${node.id}.${name}`;
        const kept = run.trace?.nameOf(node, name);
        const whole = kept !== undefined || (readers.get(key) ?? 0) > 1 ? await keepMade(one, engine, kept) : one;
        made.set(key, whole);
        if (!made.has(`${node.id}.default`)) made.set(`${node.id}.default`, whole);
      }
      for (const output of run.wanted.filter((one) => nodeOf(one) === node.id)) {
        const one = made.get(output);
        if (one === undefined)
          throw new StepFault(
            `It has no output ${JSON.stringify(output)}; its outputs are ${Object.keys(outputs)
              .map((name) => `${node.id}.${name}`)
              .join(", ")}.`,
          );
        await run.write(output, one.all, engine);
      }
    } catch (error) {
      if (run.signal.aborted || error instanceof FlowFault) throw error;
      const source = sources.find(({ table }) => isAbout(error, table));
      if (source === undefined) throw new FlowFault([`In ${nodeWords(node)}: ${(error as Error).message}`]);
      throw new FlowFault([`In ${nodeWords(source.node)}: ${sourceWords(error as Error, source.table)}`]);
    }
    run.progress(done);
  }
  return learned;
}

/** Has the engine keep the rows, where they are not a table already. */
async function keepMade(made: Made, engine: FlowEngine, name?: string): Promise<Made> {
  if (made.all.kind === "table") return made;
  const all = await engine.keep(made.all, name);
  return { all, sample: made.sample === made.all ? all : made.sample };
}

const tracedStep = (node: FlowNode, inputs: readonly Made[], outputs: Outputs): TracedStep => {
  const source = outputs.default?.source;
  return {
    ...{ node, inputs: inputs.map(({ all }) => all) },
    ...(source && { source }),
    outputs: Object.fromEntries(Object.entries(outputs).map(([name, { all }]) => [name, all])),
  };
};

/** The node of "NODE.OUTPUT". */
const nodeOf = (output: string): string => output.slice(0, output.lastIndexOf("."));

/** The nodes of the wanted outputs and all that they read, in order. @throws FlowFault for an output that is not there */
function neededNodes(flow: Flow, wanted: readonly string[]): readonly FlowNode[] {
  const nodes = new Map(flow.nodes.map((node) => [node.id, node]));
  const needed = new Set<string>();
  const wait: string[] = [];
  for (const output of wanted) {
    const id = nodeOf(output);
    if (!nodes.has(id))
      throw new FlowFault([
        `The flow has no node ${JSON.stringify(id)}, of which the output ${JSON.stringify(output)} is wanted.`,
      ]);
    wait.push(id);
  }
  for (let id = wait.pop(); id !== undefined; id = wait.pop()) {
    if (needed.has(id)) continue;
    needed.add(id);
    wait.push(...nodes.get(id)!.inputs.map(({ node }) => node));
  }
  return flow.nodes.filter(({ id }) => needed.has(id));
}

function countReaders(nodes: readonly FlowNode[], wanted: readonly string[]): ReadonlyMap<string, number> {
  const readers = new Map<string, number>();
  const add = (key: string) => readers.set(key, (readers.get(key) ?? 0) + 1);
  for (const { inputs } of nodes) for (const { node, output } of inputs) add(`${node}.${output}`);
  for (const output of wanted) add(output);
  return readers;
}

interface OpenedSource {
  readonly node: FlowNode;
  readonly table: EngineTable;
}

type Outputs = Readonly<Record<string, Made>>;

async function doNode(
  node: FlowNode,
  inputs: readonly Made[],
  run: FlowRun,
  engine: FlowEngine,
  learned: Map<string, Json>,
  sources: OpenedSource[],
): Promise<Outputs> {
  switch (node.type) {
    case "SOURCE":
      return { default: await openSource(node, run, engine, sources) };
    case "DESTINATION":
    case "DATASET":
      return { default: inputs[0]! };
    case "VISUALIZATION":
    case "TRANSFORM":
      break;
  }
  if (isUserCode(node)) {
    const all = await run.runUserCode(node, inputs[0]!.all, engine);
    const { sample } = inputs[0]!;
    return { default: { all, sample: sample === inputs[0]!.all ? all : await run.runUserCode(node, sample, engine) } };
  }
  const step = readStep(operatorName(node.operator), node.parameters, run.transforms);
  for (const note of step.notes) run.progress(`In ${nodeWords(node)}: ${note}`);
  const state = await learn(node, step, inputs[0]!, run, engine);
  if (step.transform.fit) learned.set(node.id, state);
  const { transform, values } = step;
  // Each output is a query of its own, and what they divide is worked out once.
  const kept = node.outputs.length > 1 ? await Promise.all(inputs.map((input) => keepMade(input, engine))) : inputs;
  const compile = (relations: readonly Relation[]): Readonly<Record<string, Relation>> => {
    const result = transform.relation({ input: relations[0]!, inputs: relations, values, learned: state });
    return "outputs" in result ? result.outputs : { default: result };
  };
  const all = compile(kept.map((input) => input.all));
  const isSampled = kept.some((input) => input.sample !== input.all);
  const sample = isSampled ? compile(kept.map((input) => input.sample)) : all;
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [name, { all: one, sample: sample[name]! }]));
}

async function openSource(node: FlowNode, run: FlowRun, engine: FlowEngine, sources: OpenedSource[]): Promise<Made> {
  const source = await readSource(flowSource(node), `source ${node.id}`, run.place(node), run);
  const { relation, table } = source;
  engine.add(table);
  sources.push({ node, table });
  const sampling = node.outputs[0]?.sampling;
  return { all: relation, sample: sampling && !run.refit ? sampleOf(relation, sampling) : relation, source };
}

/** What a step has learned before for the same parameters, or learns now. */
async function learn(
  node: FlowNode,
  { transform, values }: ReadStep,
  input: Made,
  run: FlowRun,
  engine: FlowEngine,
): Promise<Json> {
  if (!transform.fit) return null;
  const own = node.trained[ownState] as { readonly parameters?: Json; readonly learned?: Json } | undefined;
  if (!run.refit && own?.learned !== undefined && JSON.stringify(own.parameters) === JSON.stringify(node.parameters))
    return own.learned;
  if (run.refit) return learnStep(transform, input.all, values, engine.ask);
  if (hasOldMark(node.trained)) {
    run.progress(
      `In ${nodeWords(node)}: what the flow has learned has an older mark, which nobody can check. It is learned again.`,
    );
    return learnStep(transform, input.sample, values, engine.ask);
  }
  if (isOfOthers(trainedOf(transform, node.trained), transform.fit.mark?.(values))) {
    run.progress(
      `In ${nodeWords(node)}: what the flow has learned was learned for other parameters, as its mark says. It is learned again.`,
    );
    return learnStep(transform, input.sample, values, engine.ask);
  }
  const trained = await decodeTrained(node.trained, run.readParquet);
  return learnStep(transform, input.sample, values, engine.ask, trained);
}

/** Whether what a step was trained to, of one column or of several, has a mark that is not that of its parameters. */
function isOfOthers(trained: Json | undefined, parameters: Readonly<Record<string, Json>> | undefined): boolean {
  if (parameters === undefined || typeof trained !== "object" || trained === null) return false;
  const own = createHash("sha1").update(markedText(parameters)).digest("hex");
  return (Array.isArray(trained) ? trained : [trained]).some((one) => {
    const mark = trainedMember(one as Json, "_hash");
    return typeof mark === "string" && mark !== own;
  });
}

/**
 * Whether what a step was trained to is marked by a number. Data Wrangler compares the mark with that of the step's parameters and
 * learns again where they differ; how it made numbers is not known, and there are flows whose numbers are out of date.
 */
function hasOldMark(trained: Json): boolean {
  if (typeof trained !== "object" || trained === null) return false;
  return Object.entries(trained).some(
    ([name, value]) => (name === "_hash" && typeof value === "number") || hasOldMark(value),
  );
}
