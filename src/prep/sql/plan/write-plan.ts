import { counted } from "../../../base/counted.ts";
import type { PlanNode, PlanTotals } from "./read-plan.ts";

/** How a plan is shown. A distributed one is of fragments; here all is one, on one machine. */
export interface PlanShape {
  readonly type: "logical" | "distributed";
  /** The names of the result's columns. */
  readonly columns: readonly string[];
  /** Of a query that ran. */
  readonly totals?: PlanTotals & { readonly planningSeconds: number };
}

const listOf = (texts: readonly string[]) => `[${texts.join(", ")}]`;
const labelOf = ({ details, name }: PlanNode): string =>
  `${name}${listOf(Object.entries(details).map(([key, value]) => `${key} = ${value}`))}`;

/** `3.82ms`, as Trino writes a duration. */
export function durationText(seconds: number): string {
  const units: readonly (readonly [string, number])[] = [
    ...([
      ["d", 86_400],
      ["h", 3_600],
      ["m", 60],
      ["s", 1],
      ["ms", 1e-3],
      ["us", 1e-6],
    ] as const),
  ];
  const [unit, size] = units.find(([, least]) => seconds >= least) ?? ["ns", 1e-9];
  return `${(seconds / size).toFixed(2)}${unit}`;
}

/** `1.50kB`, as Trino writes a size. */
export function sizeText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 ? value : value.toFixed(2)}${units[power]}`;
}

const rowsText = (rows: number): string => counted(rows, "row");

/** The lines below an operator. */
function facts({ actual, estimatedRows }: PlanNode, cpuSeconds: number): string[] {
  const lines = estimatedRows === undefined ? [] : [`Estimates: {rows: ${estimatedRows}}`];
  if (!actual) return lines;
  const share = cpuSeconds === 0 ? 0 : (100 * actual.cpuSeconds) / cpuSeconds;
  const output = `Output: ${rowsText(actual.rows)} (${sizeText(actual.bytes)})`;
  lines.push(`CPU: ${durationText(actual.cpuSeconds)} (${share.toFixed(2)}%), ${output}`);
  return lines;
}

function treeLines(node: PlanNode, cpuSeconds: number, head = "", below = ""): string[] {
  const { children } = node;
  const bar = children.length > 0 ? "│" : " ";
  return [
    `${head}${labelOf(node)}`,
    ...facts(node, cpuSeconds).map((line) => `${below}${bar}   ${line}`),
    ...children.flatMap((child, index) =>
      index === children.length - 1
        ? treeLines(child, cpuSeconds, `${below}└─ `, `${below}   `)
        : treeLines(child, cpuSeconds, `${below}├─ `, `${below}│  `),
    ),
  ];
}

/** Returns a plan as lines of text. */
export function planText(plan: PlanNode, { columns, totals, type }: PlanShape): string {
  const tree = treeLines(plan, totals?.cpuSeconds ?? 0);
  if (type === "logical") return tree.join("\n");
  const head = totals && [
    `Planning: ${durationText(totals.planningSeconds)}, Execution: ${durationText(totals.seconds)}`,
    "Fragment 0 [SINGLE]",
    `    CPU: ${durationText(totals.cpuSeconds)}, Output: ${rowsText(plan.actual?.rows ?? 0)}`,
    `    Peak Memory: ${sizeText(totals.peakMemoryBytes)}`,
  ];
  return [
    ...(head ?? ["Fragment 0 [SINGLE]"]),
    ...[`    Output layout: ${listOf(columns)}`, "    Output partitioning: SINGLE []"],
    ...tree.map((line) => `    ${line}`),
  ].join("\n");
}

/** Returns a plan as JSON, a fragment by its number where it is distributed. What the engine does not estimate is "NaN". */
export function planJson(plan: PlanNode, { type }: PlanShape): string {
  let id = 0;
  const shown = ({ actual, children, details, estimatedRows, name }: PlanNode): object => ({
    ...{ id: String(id++), name, descriptor: details, outputs: [], details: [] },
    estimates:
      estimatedRows === undefined
        ? []
        : [
            {
              ...{ outputRowCount: estimatedRows, outputSizeInBytes: "NaN", cpuCost: "NaN" },
              ...{ memoryCost: "NaN", networkCost: "NaN" },
            },
          ],
    ...(actual && {
      statistics: {
        ...{ outputRowCount: actual.rows, outputSizeInBytes: actual.bytes },
        cpuMilliseconds: actual.cpuSeconds * 1000,
      },
    }),
    children: children.map(shown),
  });
  const root = shown(plan);
  return JSON.stringify(type === "logical" ? root : { 0: root }, undefined, 2);
}

/** Returns a plan in the language of Graphviz. */
export function planGraph(plan: PlanNode, { type }: PlanShape): string {
  const [boxes, edges]: [string[], string[]] = [[], []];
  let count = 0;
  const visit = (node: PlanNode): number => {
    const id = ++count;
    const label = labelOf(node).replaceAll(/[\\"{}<>|]/g, "\\$&");
    boxes.push(`plannode_${id}[label="{${label}}", style="rounded, filled", shape=record, fillcolor=white];`);
    for (const child of node.children) edges.push(`plannode_${id} -> plannode_${visit(child)};`);
    return id;
  };
  visit(plan);
  const cluster = ["subgraph cluster_0 {", 'label = "SINGLE"', ...boxes, "}"];
  return [`digraph ${type}_plan {`, ...cluster, ...edges, "}"].join("\n");
}
