import { boolean, text } from "../column-type.ts";
import { as, call, choose, column, type Expression, literal } from "../sql/expression.ts";
import { type Relation, select } from "../sql/relation.ts";

/** The rows as CSV has them: times are in ISO 8601, lists and structs are JSON, as Spark writes them. */
export const csvForm = (relation: Relation): Relation =>
  select(
    relation,
    relation.columns.map((one) => ({ name: one.name, value: csvText(column(one)) })),
  );

function csvText(value: Expression): Expression {
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
