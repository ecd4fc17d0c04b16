import { boolean, text } from "../../prep/column-type.ts";
import type { OutputConfig } from "../../prep/flows/output-config.ts";
import { as, call, choose, column, type Expression, literal } from "../../prep/sql/expression.ts";
import { filter, type Named, type Relation, select, withColumns } from "../../prep/sql/relation.ts";
import { columnOf, StepFault } from "../../prep/step-fault.ts";
import type { FlowEngine } from "./flow-engine.ts";

/** Writes the rows of an output to files `FOLDER/part-00000_0.csv`, below the folder that the engine writes to. */
export async function writeOutput(
  relation: Relation,
  config: OutputConfig,
  folder: string,
  engine: FlowEngine,
  signal: AbortSignal,
): Promise<number> {
  for (const name of config.partitionBy) columnOf(relation, name);
  if (config.format === "csv" && config.compression !== "none" && config.compression !== "gzip")
    throw new StepFault(`CSV is written with the compression none or gzip, not ${config.compression}.`);
  const shown = config.format === "csv" ? select(relation, relation.columns.map(textForm)) : relation;
  const parts = config.partitions === 1 ? [shown] : await divided(shown, config.partitions, engine);
  let rows = 0;
  for (const [index, part] of parts.entries()) {
    const kept = relation.columns.filter(({ name }) => !config.partitionBy.includes(name));
    const ordered = [...kept.map(({ name }) => name), ...config.partitionBy];
    const query = select(
      part,
      ordered.map((name) => ({ name, value: column(columnOf(part, name)) })),
    );
    rows += await engine.engine.write(
      engine.statement(query),
      {
        format: config.format,
        columns: ordered.map((name) => ({ name })),
        compression: config.compression,
        partitionedBy: config.partitionBy,
        evenEmpty: true,
        name: `${folder}/part-${String(index).padStart(5, "0")}`,
        ...(config.format === "csv" && { delimiter: config.delimiter, header: config.hasHeader }),
      },
      signal,
    );
  }
  return rows;
}

const position = "__part";

/** The rows in so many relations, about as many in each. */
async function divided(relation: Relation, count: number, engine: FlowEngine): Promise<readonly Relation[]> {
  const numbered = withColumns(relation, [
    { name: position, value: call("remainder", call("rowPosition"), literal(count)) },
  ]);
  const kept = await engine.keep(numbered);
  return Array.from({ length: count }, (_, part) =>
    filter(kept, call("equals", column(columnOf(kept, position)), literal(part))),
  );
}

/** Values in CSV are as Spark writes them: times in ISO 8601, lists and structs as JSON. */
function textForm(one: Relation["columns"][number]): Named {
  const value = column(one);
  return { name: one.name, value: textOf(value) };
}

function textOf(value: Expression): Expression {
  switch (value.type.kind) {
    case "list":
    case "struct":
    case "vector":
      return call("json", value);
    case "timestamp":
      return call("isoText", value);
    case "boolean":
      return choose([
        [call("equals", value, literal(true, boolean)), "true"],
        [call("equals", value, literal(false, boolean)), "false"],
      ]);
    case "binary":
      return call("base64", value);
    case "date":
      return as(value, text);
    default:
      return value;
  }
}
