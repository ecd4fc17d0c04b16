import { counted } from "../../../base/counted.ts";
import { long } from "../../column-type.ts";
import { StepFault } from "../../step-fault.ts";
import { call, choose, column, type Expression, literal } from "../expression.ts";
import {
  aggregate,
  distinct,
  filter,
  limit,
  named,
  onlyColumns,
  type Relation,
  select,
  sort,
  union,
} from "../relation.ts";
import { sameType } from "./coerce.ts";
import type { FormulaQuery, QueryBody } from "./syntax.ts";
import { translateFormula } from "./translate-formula.ts";
import { translateSelect } from "./translate-select.ts";

type Tables = ReadonlyMap<string, Relation>;

/** Makes the relation of a query over tables, by their names in small letters. @throws StepFault */
export function translateQuery(query: FormulaQuery, given: Tables): Relation {
  const tables = new Map(given);
  for (const one of query.named) tables.set(one.name.toLowerCase(), translateQuery(one.query, tables));
  const { body, limit: most, order } = query;
  if (body.kind === "select") return translateSelect(body, query, resolverOf(tables), inner(tables));
  const rows = translateBody(body, tables);
  const scope = { columns: rows.columns };
  const keys = order.map(({ by, ...rest }) => ({
    by:
      by.kind === "literal" && typeof by.value === "number"
        ? column(rows.columns[by.value - 1] ?? missing(by.value, rows))
        : translateFormula(by, scope),
    ...rest,
  }));
  const ordered = keys.length > 0 ? sort(rows, keys) : rows;
  return most === undefined ? ordered : limit(ordered, most);
}

const missing = (place: number, { columns }: Relation): never => {
  throw new StepFault(`The query orders by its value ${place}, and it has ${columns.length}.`);
};

const inner = (tables: Tables) => (query: FormulaQuery) => translateQuery(query, tables);

const resolverOf =
  (tables: Tables) =>
  (table: string | FormulaQuery): Relation => {
    if (typeof table !== "string") return translateQuery(table, tables);
    const found = tables.get(table.toLowerCase());
    if (found) return found;
    throw new StepFault(
      `The query reads ${JSON.stringify(table)}; the table that a step of SQL has is called ${[...tables.keys()].join(", ")}.`,
    );
  };

function translateBody(body: QueryBody, tables: Tables): Relation {
  if (body.kind === "query") return translateQuery(body.query, tables);
  if (body.kind === "select") return translateSelect(body, { order: [] }, resolverOf(tables), inner(tables));
  const word = body.operator.toUpperCase();
  const [left, right] = alike(translateBody(body.left, tables), translateBody(body.right, tables), word);
  if (body.operator === "union") return body.all ? union([left, right]) : distinct(union([left, right]));
  if (body.all) throw new StepFault(`${word} ALL is not taken; ${word} without ALL is.`);
  return compared(left, right, body.operator === "intersect");
}

/** Both with the names of the first, value by value of one type. */
function alike(left: Relation, right: Relation, word: string): readonly [Relation, Relation] {
  if (left.columns.length !== right.columns.length)
    throw new StepFault(
      `${word} has ${counted(left.columns.length, "value")} on its left and ${right.columns.length} on its right; select as many on both sides.`,
    );
  const pairs = left.columns.map((one, at) => sameType([column(one), column(right.columns[at]!)]));
  const side = (rows: Relation, at: 0 | 1): Relation =>
    select(
      rows,
      pairs.map((pair, index) => ({ name: left.columns[index]!.name, value: pair[at]! })),
    );
  return [side(left, 0), side(right, 1)];
}

/** Rows of the first that are in the other too, or are not; each once, and null is as null. */
function compared(left: Relation, right: Relation, isInBoth: boolean): Relation {
  const marked = (rows: Relation, at: number) =>
    select(rows, [...named(rows.columns), { name: "__side", value: literal(at) }]);
  const rows = union([marked(left, 0), marked(right, 1)]);
  const side = column(rows.columns.at(-1)!);
  const count = (at: number): Expression =>
    call("sum", choose([[call("equals", side, at), literal(1, long)]], literal(0, long)));
  const groups = aggregate(rows, named(left.columns), [
    { name: "__left", value: count(0) },
    { name: "__right", value: count(1) },
  ]);
  const [inLeft, inRight] = groups.columns.slice(-2).map((one) => column(one));
  const other = isInBoth ? call("greater", inRight!, 0) : call("equals", inRight!, 0);
  return onlyColumns(filter(groups, call("and", call("greater", inLeft!, 0), other)), left.columns);
}
