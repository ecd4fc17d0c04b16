import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { counted } from "../../base/counted.ts";
import type { ExportStep } from "../../prep/flows/export/export-step.ts";
import { stepTitle, tableName } from "../../prep/flows/export/export-step.ts";
import { notebookText } from "../../prep/flows/export/notebook.ts";
import { pandasParts, pandasScript } from "../../prep/flows/export/pandas-script.ts";
import { sqlScript } from "../../prep/flows/export/sql-script.ts";
import type { FlowHerePlan } from "../../prep/flows/flow-here-plan.ts";
import { flowSource } from "../../prep/flows/flow-source.ts";
import { inferencePlanFile, type LearnedFlow, planInference } from "../../prep/flows/inference-plan.ts";
import { isUserCode, readUserCode } from "../../prep/flows/user-code.ts";
import { duckdb as dialect } from "../../prep/sql/dialects/duckdb.ts";
import { call, column } from "../../prep/sql/expression.ts";
import { aggregate, type Relation } from "../../prep/sql/relation.ts";
import { createFlowEngine } from "./flow-engine.ts";
import { type FlowRun, runFlow, type TracedStep } from "./run-flow.ts";

interface FlowExport {
  readonly plan: FlowHerePlan;
  readonly does: Extract<FlowHerePlan["does"], { readonly kind: "export" }>;
  readonly run: Omit<FlowRun, "progress" | "write">;
}

/** Runs a flow to learn its columns and what its steps learn, and writes what it is exported to. @throws FlowFault */
export async function exportFlow({ plan, does, run }: FlowExport): Promise<void> {
  const learnedFlow = await learnFlow(plan.file.slice(plan.file.lastIndexOf("/") + 1), run);
  const flow = learnedFlow.exported;
  switch (does.to) {
    case "sql":
      writeFileSync(does.path, sqlScript(flow, await engineVersion()));
      break;
    case "python":
      writeFileSync(does.path, pandasScript(flow, flowFunctions()));
      break;
    case "notebook":
      writeFileSync(does.path, notebookText(flow.name, pandasParts(flow, flowFunctions())));
      break;
    case "transform":
      await writeTransform(learnedFlow, plan, does);
      break;
  }
  console.log(
    `Wrote ${does.path}: ${counted(flow.steps.length, "step")} and ${counted(flow.outputs.length, "output")}.`,
  );
}

/** The flow as its steps were done over the files that are given. */
export async function learnFlow(name: string, run: FlowExport["run"]): Promise<LearnedFlow> {
  const nodes = run.flow.nodes;
  const steps: ExportStep[] = [];
  const outputs = new Map<string, Relation>();
  const nameOf: NonNullable<FlowRun["trace"]>["nameOf"] = (node, output) =>
    tableName(node, nodes.indexOf(node) + 1, output);
  const learned = await runFlow({
    ...run,
    progress: () => {},
    trace: {
      nameOf,
      done: (step) => steps.push(...exportStep(step, nameOf, run.place)),
    },
    async write(output, relation) {
      outputs.set(output, relation);
    },
  });
  const named = [...outputs].map(([output, rows]) => {
    const node = nodes.find(({ id }) => id === output.slice(0, output.lastIndexOf(".")))!;
    return { name: output, node, rows };
  });
  return { exported: { name, steps, outputs: named }, learned, floats: await floatsOf(steps, run) };
}

/** The columns of whole numbers that have a missing one, of each step that is code: pandas has them as floats. */
async function floatsOf(
  steps: readonly ExportStep[],
  { engine, signal }: FlowExport["run"],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const floats = new Map<string, readonly string[]>();
  const asking = createFlowEngine(engine, dialect, signal);
  for (const { does, node } of steps) {
    if (does.kind !== "code") continue;
    const longs = does.input.columns.filter(({ type }) => type.kind === "long");
    const counts = longs.map((one) => ({ name: one.name, value: call("countWhere", call("isNull", column(one))) }));
    const [row] = longs.length === 0 ? [] : await asking.ask(aggregate(does.input, [], counts), does.input);
    floats.set(
      node.id,
      longs.map(({ name }) => name).filter((name) => Number(row?.[name] ?? 0) > 0),
    );
  }
  return floats;
}

/** Writes the archive of a model that treats rows of requests as the flow treats its own. */
async function writeTransform(flow: LearnedFlow, { file }: FlowHerePlan, does: FlowExport["does"]): Promise<void> {
  const { notes, plan } = planInference(flow, does.target, does.without);
  for (const note of notes) console.log(note);
  const { create } = await import("tar");
  const folder = mkdtempSync(join(tmpdir(), "flow-transform-"));
  try {
    writeFileSync(join(folder, inferencePlanFile), JSON.stringify(plan));
    writeFileSync(join(folder, "flow.flow"), readFileSync(file));
    await create({ gzip: true, portable: true, cwd: folder, file: does.path }, [inferencePlanFile, "flow.flow"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`Rows of requests have the columns ${plan.columns.map(({ name }) => name).join(", ")}.`);
  console.log(`Rows of answers have the columns ${plan.answers.join(", ")}.`);
}

type NameOf = NonNullable<FlowRun["trace"]>["nameOf"];

function exportStep(
  { inputs, node, outputs, source }: TracedStep,
  nameOf: NameOf,
  place: FlowRun["place"],
): readonly ExportStep[] {
  const step = (does: ExportStep["does"]): ExportStep => ({ node, title: stepTitle(node), does });
  if (node.type === "SOURCE" && source) {
    const described = flowSource(node);
    const { columns, relation, table } = source;
    return [
      step({
        kind: "source",
        source: described,
        paths: table.files.map(({ path }) => ownPath(path, place(node).work)),
        columns,
        rows: relation,
        gives: nameOf(node, "default"),
      }),
    ];
  }
  if (node.type !== "TRANSFORM") return [];
  if (isUserCode(node)) {
    const { columns } = outputs.default!;
    const gives = nameOf(node, "default");
    return [step({ kind: "code", code: readUserCode(node), input: inputs[0]!, gives, columns })];
  }
  const given = Object.entries(outputs).map(([name, rows]) => ({ gives: nameOf(node, name), rows }));
  return [step({ kind: "relation", outputs: given })];
}

/** The engine reads from the root folder of the machine; files in other encodings have been written anew below `work`. */
const ownPath = (path: string, work: string): string =>
  `/${path.startsWith(`${work}/`) ? path.slice(work.length + 1) : path}`;

/** Parts of one Python file, in its order: the first has the imports, and what the functions of the others are wrapped in. */
const functionFiles = [
  ...["tables", "files", "user_code", "types", "logic", "numbers", "texts", "times", "lists", "aggregates", "windows"],
];

/** What scripts of pandas call. */
export const flowFunctions = (): string =>
  functionFiles
    .map((name) => readFileSync(join(import.meta.dirname, "python", "flow_functions", `${name}.py`), "utf8"))
    // The words at the beginning of a file are for those who read it.
    .map((text) => text.replace(/^"""[\s\S]*?"""\n/, ""))
    .join("\n\n");

/** The version of DuckDB that is embedded: "1.5.6". */
async function engineVersion(): Promise<string> {
  const { version } = await import("@duckdb/node-api");
  return version().replace(/^v/, "");
}
