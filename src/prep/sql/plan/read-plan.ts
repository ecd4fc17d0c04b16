/** An operator of a plan, as the engine has it. */
export interface PlanNode {
  /** What Athena calls such an operator: "TableScan", "InnerJoin". */
  readonly name: string;
  /** What the engine says of it, by names in camel case: `filters`, `orderBy`. */
  readonly details: Readonly<Record<string, string>>;
  /** How many rows the engine expects. */
  readonly estimatedRows?: number;
  /** What happened when the query ran. */
  readonly actual?: {
    readonly rows: number;
    readonly bytes: number;
    readonly cpuSeconds: number;
  };
  readonly children: readonly PlanNode[];
}

/** What is known of a query that ran as a whole. */
export interface PlanTotals {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMemoryBytes: number;
}

/** DuckDB's own form, of EXPLAIN and of EXPLAIN ANALYZE. */
interface EngineNode {
  readonly name?: string;
  readonly operator_name?: string;
  readonly extra_info: Readonly<Record<string, string | readonly string[]>>;
  readonly children: readonly EngineNode[];
  readonly operator_cardinality?: number;
  readonly operator_timing?: number;
  readonly result_set_size?: number;
  readonly latency?: number;
  readonly cpu_time?: number;
  readonly system_peak_buffer_memory?: number;
}

const names: Readonly<Record<string, string>> = {
  ...{ TOP_N: "TopN", LIMIT: "Limit", STREAMING_LIMIT: "Limit", LIMIT_PERCENT: "Limit", ORDER_BY: "Sort" },
  ...{ PROJECTION: "Project", FILTER: "Filter", WINDOW: "Window", STREAMING_WINDOW: "Window", UNNEST: "Unnest" },
  ...{ UNION: "Union", EXCEPT: "Except", INTERSECT: "Intersect", DISTINCT: "Aggregate", RECURSIVE_CTE: "Recursive" },
  ...{ CROSS_PRODUCT: "CrossJoin", DUMMY_SCAN: "Values", COLUMN_DATA_SCAN: "Values", CHUNK_GET: "Values" },
  ...{ EMPTY_RESULT: "Values", DELIM_GET: "Values", EXPRESSION_GET: "Values", SEQ_SCAN: "TableScan" },
};

function nameOf(operator: string, { "Join Type": join }: EngineNode["extra_info"]): string {
  const known = names[operator];
  if (known !== undefined) return known;
  if (/JOIN$/.test(operator) && typeof join === "string") {
    const side = join.toLowerCase().replaceAll(/(?:^|[_ ])([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return `${side}Join`;
  }
  if (/GROUP_BY$|AGGREGATE$/.test(operator)) return "Aggregate";
  if (/^READ_|SCAN$/.test(operator)) return "TableScan";
  return operator
    .toLowerCase()
    .replaceAll(/(?:^|[_ ]+)([a-z])/g, (_, letter: string) => letter.toUpperCase())
    .trim();
}

const camelCase = (key: string): string =>
  key
    .replaceAll(/[^A-Za-z ]/g, "")
    .toLowerCase()
    .replaceAll(/ +([a-z])/g, (_, letter: string) => letter.toUpperCase());

const longestDetail = 400;
/** What is said elsewhere, or is of the engine's machine. */
const leftOut = new Set(["Estimated Cardinality", "Filename(s)", "Table", "Type", "Function", "__text__"]);

/**
 * Reads a plan. `tableOf` finds the name of a table in what the engine says of the files that it scans, which is
 * nothing for some formats.
 */
export function readPlan(text: string, tableOf: (files: string) => string | undefined): PlanNode {
  const parsed = JSON.parse(text) as EngineNode | readonly EngineNode[];
  return planNode(rootOf(parsed), tableOf);
}

/** Reads what an analyzed plan says of the query as a whole. */
export function readTotals(text: string): PlanTotals {
  const { cpu_time = 0, latency = 0, system_peak_buffer_memory = 0 } = JSON.parse(text) as EngineNode;
  return { seconds: latency, cpuSeconds: cpu_time, peakMemoryBytes: system_peak_buffer_memory };
}

/** An analyzed plan stands below the operator that explains it. */
function rootOf(parsed: EngineNode | readonly EngineNode[]): EngineNode {
  const root = Array.isArray(parsed) ? (parsed[0] as EngineNode) : (parsed as EngineNode);
  const operator = root.name ?? root.operator_name;
  return (operator === undefined || operator === "EXPLAIN_ANALYZE") && root.children.length > 0
    ? rootOf(root.children[0]!)
    : root;
}

function planNode(node: EngineNode, tableOf: (files: string) => string | undefined): PlanNode {
  const { children, extra_info: said } = node;
  const operator = (node.name ?? node.operator_name ?? "").trim();
  const textOf = (value: string | readonly string[]) =>
    Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
  const details: Record<string, string> = {};
  const name = nameOf(operator, said);
  const table = name === "TableScan" ? tableOf(textOf(said["Filename(s)"] ?? "")) : undefined;
  if (table !== undefined) details.table = table;
  for (const [key, value] of Object.entries(said)) {
    const words = textOf(value);
    if (leftOut.has(key) || words === "" || words === "[]") continue;
    details[camelCase(key)] = words.length > longestDetail ? `${words.slice(0, longestDetail)}...` : words;
  }
  const estimate = said["Estimated Cardinality"];
  const { operator_cardinality: rows, operator_timing, result_set_size } = node;
  return {
    ...{ name, details },
    ...(typeof estimate === "string" && { estimatedRows: Number(estimate) }),
    ...(rows !== undefined && {
      actual: {
        ...{ rows, bytes: result_set_size ?? 0, cpuSeconds: operator_timing ?? 0 },
      },
    }),
    children: children.map((child) => planNode(child, tableOf)),
  };
}
