import { type Column, double, text } from "../column-type.ts";
import type { Transform } from "../define-transform.ts";
import { as, call, column, type Expression, literal } from "../sql/expression.ts";
import { filter, limit, type Relation, select, table, withColumns, without } from "../sql/relation.ts";
import { columnOf, StepFault } from "../step-fault.ts";
import { randomSampling, stratifiedSampling } from "../transforms/sampling/sampling.ts";
import type { Sampling } from "./flow.ts";
import { fileNameColumn } from "./flow-source.ts";

/** As many columns as Data Wrangler imports. */
const mostColumns = 1_000;

/** @throws StepFault for columns that no step could name */
export function checkColumns(names: readonly string[], place: string): void {
  if (names.length > mostColumns)
    throw new StepFault(
      `${place} has ${names.length} columns; at most ${mostColumns} are imported, and ${JSON.stringify(names[mostColumns])} is the first that is too many. Leave some out before the import.`,
    );
  const empty = names.findIndex((name) => name.trim() === "");
  if (empty >= 0)
    throw new StepFault(
      `Column ${empty + 1} of ${place} has no name. Give it one in the file, or import the file without a header.`,
    );
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined)
      throw new StepFault(
        `${place} has two columns ${other === name ? JSON.stringify(name) : `that differ in case alone, ${JSON.stringify(other)} and ${JSON.stringify(name)}`}. Rename one in the file, or import the file without a header.`,
      );
    seen.set(name.toLowerCase(), name);
  }
}

/** A column of a source; plans have no type for maps, which are read as texts of JSON. */
export type SourceColumn = Column & { readonly isMap?: true };

const read = (one: SourceColumn): Expression => (one.isMap ? call("json", column(one)) : as(column(one), one.type));

/** The rows of a table as a plan has them: numbers of every width are longs and doubles. */
export const planned = (name: string, columns: readonly SourceColumn[]): Relation =>
  select(
    table(name, columns),
    columns.map((one) => ({ name: one.name, value: read(one) })),
  );

/** Paths in a column without what comes before them. */
export const withoutPrefix = (relation: Relation, name: string, prefix: string): Relation =>
  withColumns(relation, [{ name, value: call("replace", column(columnOf(relation, name)), prefix, "") }]);

/** The column of a table of files with the path of each row's. */
const pathColumn: Column = { name: "$file", type: text };

/** The same with a column that says the file of each row, without what comes before its name. */
export const withFileName = (name: string, columns: readonly SourceColumn[], prefix: string): Relation =>
  select(table(name, [...columns, pathColumn]), [
    ...columns.map((one) => ({ name: one.name, value: read(one) })),
    { name: fileNameColumn, value: call("replace", column(pathColumn), prefix, "") },
  ]);

const numberColumn = "__row";

/** The rows of a source that fits learn from. */
export function sampleOf(input: Relation, sampling: Sampling): Relation {
  switch (sampling.method) {
    case "limit":
      return limit(input, sampling.rows);
    case "random":
      return sampled(randomSampling, input, { sample_size: sampling.rows, seed: sampling.seed });
    case "stratified": {
      columnOf(input, sampling.column);
      const { column: stratify_column, rows: sample_size, seed } = sampling;
      return sampled(stratifiedSampling, input, { sample_size, seed, stratify_column });
    }
    case "ratio":
      break;
  }
  const numbered = withColumns(input, [{ name: numberColumn, value: rowNumber }]);
  const key = call(
    "concat",
    literal(`${sampling.seed} `),
    as(column({ name: numberColumn, type: rowNumber.type }), text),
  );
  return without(filter(numbered, call("less", call("fraction", key), literal(sampling.ratio, double))), [
    numberColumn,
  ]);
}

/** A sample of a source is that of the step of the same kind. */
function sampled(step: Transform, input: Relation, values: Readonly<Record<string, unknown>>): Relation {
  const result = step.relation({ input, inputs: [input], values: values as never, learned: null });
  return "outputs" in result ? result.outputs.default! : result;
}

const rowNumber: Expression = call("rowPosition");
