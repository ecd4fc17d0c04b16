import { text } from "../../column-type.ts";
import { duckdb } from "../../sql/dialects/duckdb.ts";
import { anyPart } from "../../sql/is-row-wise.ts";
import { printExpression } from "../../sql/print-expression.ts";
import { printRelation } from "../../sql/print-relation.ts";
import type { Relation } from "../../sql/relation.ts";
import { tablesOf } from "../../sql/tables-of-relation.ts";
import { StepFault } from "../../step-fault.ts";
import { csvForm } from "../csv-form.ts";
import { FlowFault, nodeWords } from "../flow.ts";
import { destinationConfig, readOutputConfig } from "../output-config.ts";
import type { ExportedFlow, ExportOutput, ExportStep } from "./export-step.ts";

/**
 * Returns a flow as a script for DuckDB by itself. It reads the sources, makes each step as a view (a table where several
 * steps read it), and writes each output to `NODE.OUTPUT.csv`. @throws FlowFault for steps that are no SQL
 */
export function sqlScript({ name, outputs, steps }: ExportedFlow, version: string): string {
  const problems: string[] = [];
  const readers = readersOf(steps, outputs);
  const parts = steps.flatMap((step, index) => {
    try {
      const head = `-- ${index + 1}. ${oneLine(step.title)} (node ${oneLine(step.node.id)})`;
      return [[head, ...statementsOf(step, readers)].join("\n")];
    } catch (fault) {
      if (!(fault instanceof StepFault)) throw fault;
      problems.push(`In ${nodeWords(step.node)}: ${fault.message}`);
      return [];
    }
  });
  if (problems.length > 0) throw new FlowFault(problems);
  const places = steps.flatMap(({ does }) =>
    does.kind === "source" ? [`SET VARIABLE ${duckdb.quote(placeName(does.gives))} = ${listed(does.paths)};`] : [],
  );
  return `${[
    `-- The flow ${oneLine(name)} as a script for DuckDB ${version}, with what its steps have learned. Written by "sagebrush flow export".`,
    `-- Where its sources are:\n${places.join("\n")}`,
    ...parts,
    ...outputs.map(copyOf),
  ].join("\n\n")}\n`;
}

const oneLine = (given: string): string => given.replaceAll(/\s+/g, " ");
const words = (given: string): string => duckdb.literal(given, text);
const listed = (paths: readonly string[]): string =>
  paths.length === 1 ? words(paths[0]!) : `[${paths.map(words).join(", ")}]`;
const placeName = (table: string): string => `${table}_path`;

/** How many times each table is read. */
function readersOf(steps: readonly ExportStep[], outputs: readonly ExportOutput[]): ReadonlyMap<string, number> {
  const readers = new Map<string, number>();
  const read = (relation: Relation) => {
    for (const table of tablesOf(relation)) readers.set(table, (readers.get(table) ?? 0) + 1);
  };
  for (const { does } of steps) if (does.kind === "relation") for (const { rows } of does.outputs) read(rows);
  for (const { rows } of outputs) read(rows);
  return readers;
}

function statementsOf({ does }: ExportStep, readers: ReadonlyMap<string, number>): readonly string[] {
  const made = (name: string, query: string) => {
    const kind = (readers.get(name) ?? 0) > 1 ? "TABLE" : "VIEW";
    return `CREATE TEMP ${kind} ${duckdb.quote(name)} AS\n${query};`;
  };
  switch (does.kind) {
    case "code":
      throw new StepFault(
        "It is code of Python, which is no SQL. Export the flow as python or job, or a node before it with --node.",
      );
    case "source":
      return [
        `CREATE TEMP VIEW ${duckdb.quote(tablesOf(does.rows)[0]!)} AS\n${sourceQuery(does)};`,
        made(does.gives, inLines(does.rows)),
      ];
    case "relation":
      return does.outputs.map(({ gives, rows }) => made(gives, inLines(rows)));
  }
}

/** A select has a line for each value. */
function inLines(relation: Relation): string {
  const whole = printRelation(relation, duckdb);
  const own = /\bsagebrush_\w+/.exec(whole)?.[0];
  if (own !== undefined)
    throw new StepFault(
      `It calls ${own}, a function that DuckDB by itself does not have. Export the flow as job, or a node before it with --node.`,
    );
  if (relation.kind !== "select" || relation.input.kind !== "table") return whole;
  const isPlain = ({ value }: (typeof relation.values)[number]) => !anyPart(value, ({ kind }) => kind === "subquery");
  if (!relation.values.every(isPlain)) return whole;
  const values = relation.values.map(({ name, value }) => {
    const sql = printExpression(value, duckdb);
    return sql === duckdb.quote(name) ? `  ${sql}` : `  ${sql} AS ${duckdb.quote(name)}`;
  });
  return `SELECT\n${values.join(",\n")}\nFROM ${duckdb.quote(relation.input.name)}`;
}

/** So many values more than the header has names may be in a line; they are left out. */
const moreValues = 64;

function sourceQuery({ columns, gives, source }: Extract<ExportStep["does"], { kind: "source" }>): string {
  const path = `getvariable(${words(placeName(gives))})`;
  const names = columns.map(({ name }) => duckdb.quote(name)).join(", ");
  const format = source.kind === "files" ? source.format : { kind: "parquet" as const };
  const file = source.kind === "files" && source.addsFileName;
  const shown = file ? `${names}, filename AS "$file"` : names;
  switch (format.kind) {
    case "csv": {
      if (!["utf-8", "latin-1"].includes(format.encoding))
        throw new StepFault(
          `Its files are in ${format.encoding}, which DuckDB by itself does not read. Write them in UTF-8, or export the flow as python.`,
        );
      const spare = Array.from({ length: moreValues }, (_, at) => `'__more_${at + 1}': 'VARCHAR'`).join(", ");
      const given = columns.map(({ name }) => `${words(name)}: 'VARCHAR'`).join(", ");
      const options = [
        `header = false, skip = ${format.skippedLines + (format.hasHeader ? 1 : 0)}, auto_detect = false`,
        `delim = ${words(format.delimiter)}, quote = '"', escape = '"', encoding = ${words(format.encoding)}`,
        "nullstr = '', allow_quoted_nulls = false, strict_mode = false, null_padding = true, hive_partitioning = false",
        ...(file ? ["filename = true"] : []),
        `columns = {\n    ${given},\n    ${spare}\n  }`,
      ];
      return `SELECT ${shown}\nFROM read_csv(${path},\n  ${options.join(",\n  ")})`;
    }
    case "json":
    case "jsonl": {
      const types = columns.map((one) => `${words(one.name)}: ${words(duckdb.typeName(one.type))}`).join(", ");
      const layout = format.kind === "json" ? "auto" : "newline_delimited";
      return `SELECT ${shown}\nFROM read_json(${path}, format = '${layout}', records = true${file ? ", filename = true" : ""}, columns = {${types}})`;
    }
    case "parquet":
      return `SELECT ${shown}\nFROM read_parquet(${path}, union_by_name = true, hive_partitioning = false${file ? ", filename = true" : ""})`;
    default:
      throw new StepFault(`Files of ${format.kind} are not read on this engine. Give csv, parquet, json or jsonl.`);
  }
}

function copyOf({ name, node, rows }: ExportOutput): string {
  const config = readOutputConfig(destinationConfig(node) ?? {});
  const names = rows.columns.map((one) => duckdb.quote(one.name));
  // Most readers leave blank lines out.
  const isAlone = config.format === "csv" && names.length === 1;
  const shown = isAlone ? `coalesce(CAST(${names[0]} AS VARCHAR), '') AS ${names[0]}` : names.join(", ");
  const query = printRelation(config.format === "csv" ? csvForm(rows) : rows, duckdb);
  const options =
    config.format === "csv"
      ? `FORMAT csv, HEADER ${config.hasHeader}, DELIMITER ${words(config.delimiter)}, QUOTE '"', ESCAPE '"', NULLSTR ''`
      : `FORMAT parquet, COMPRESSION ${["gzip", "snappy", "zstd"].includes(config.compression) ? config.compression : "uncompressed"}`;
  const file = `${name.replaceAll(/[/\\]/g, "_")}.${config.format}`;
  return `-- The rows of ${oneLine(name)}: ${rows.columns.length} columns.\nCOPY (SELECT ${shown} FROM (${query}))\nTO ${words(file)} (${options});`;
}
