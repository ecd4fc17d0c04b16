import { writeFileSync } from "node:fs";
import type { ExportedFlow, ExportStep } from "../../prep/flows/export/export-step.ts";
import { stepTitle, tableName } from "../../prep/flows/export/export-step.ts";
import { sqlScript } from "../../prep/flows/export/sql-script.ts";
import type { Flow } from "../../prep/flows/flow.ts";
import type { FlowHerePlan } from "../../prep/flows/flow-here-plan.ts";
import { flowSource } from "../../prep/flows/flow-source.ts";
import { isUserCode, readUserCode } from "../../prep/flows/user-code.ts";
import type { Relation } from "../../prep/sql/relation.ts";
import { planType } from "./plan-type.ts";
import { type FlowRun, runFlow, type TracedStep } from "./run-flow.ts";

interface FlowExport {
  readonly plan: FlowHerePlan;
  readonly does: Extract<FlowHerePlan["does"], { readonly kind: "export" }>;
  /** The flow before its parameters had values. */
  readonly given: Flow;
  readonly run: Omit<FlowRun, "progress" | "write">;
}

/** Runs a flow to learn its columns and what its steps learn, and writes what it is exported to. @throws FlowFault */
export async function exportFlow({ plan, does, run }: FlowExport): Promise<void> {
  const flow = await exportedFlow(plan.file.slice(plan.file.lastIndexOf("/") + 1), run);
  switch (does.to) {
    case "sql":
      writeFileSync(does.path, sqlScript(flow, await engineVersion()));
      break;
  }
  console.log(`Wrote ${does.path}: ${flow.steps.length} steps and ${flow.outputs.length} outputs.`);
}

/** The flow as its steps were done over the files that are given. */
export async function exportedFlow(name: string, run: FlowExport["run"]): Promise<ExportedFlow> {
  const nodes = run.flow.nodes;
  const steps: ExportStep[] = [];
  const outputs = new Map<string, Relation>();
  const nameOf: NonNullable<FlowRun["trace"]>["nameOf"] = (node, output) =>
    tableName(node, nodes.indexOf(node) + 1, output);
  await runFlow({
    ...run,
    progress: () => {},
    trace: {
      nameOf,
      done: (step) => steps.push(...exportStep(step, nameOf)),
    },
    async write(output, relation) {
      outputs.set(output, relation);
    },
  });
  const named = [...outputs].map(([output, rows]) => {
    const node = nodes.find(({ id }) => id === output.slice(0, output.lastIndexOf(".")))!;
    return { name: output, node, rows };
  });
  return { name, steps, outputs: named };
}

type NameOf = NonNullable<FlowRun["trace"]>["nameOf"];

function exportStep({ inputs, node, outputs, source }: TracedStep, nameOf: NameOf): readonly ExportStep[] {
  const step = (does: ExportStep["does"]): ExportStep => ({ node, title: stepTitle(node), does });
  if (node.type === "SOURCE" && source) {
    const described = flowSource(node);
    const { relation, table } = source;
    return [
      step({
        kind: "source",
        source: described,
        // The engine reads from the root folder of the machine.
        paths: table.files.map(({ path }) => `/${path}`),
        columns: table.columns.map(({ name, type }) => ({ name, type: planType(type) })),
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

/** The version of DuckDB that is embedded: "1.5.6". */
async function engineVersion(): Promise<string> {
  const { version } = await import("@duckdb/node-api");
  return version().replace(/^v/, "");
}
