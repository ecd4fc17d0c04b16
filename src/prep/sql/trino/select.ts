import { booleanText } from "./boolean-text.ts";
import { comparable } from "./comparison.ts";
import { hasAggregates } from "./has-aggregates.ts";
import { compileRelation } from "./relation.ts";
import type { CompiledQuery, Field, Grouping, Scope, Translation } from "./scope.ts";
import { sortText, tiesText } from "./sort.ts";
import { type Position, SqlFault } from "./sql-fault.ts";
import { typeText } from "./sql-type.ts";
import type { Expression, GroupingElement, Select, SelectItem, SortItem } from "./syntax.ts";
import { isComparable } from "./type-relations.ts";
import type { Value } from "./value.ts";

interface Output extends Value {
  readonly name?: string;
}

/** SELECT ... FROM ... WHERE ... GROUP BY ... HAVING ... ORDER BY. */
export function compileSelect(
  node: Select,
  outer: Scope,
  orderBy: readonly SortItem[],
  translation: Translation,
  ties?: string,
): CompiledQuery {
  const from = node.from && compileRelation(node.from, outer, [], translation);
  const windows = new Map(node.windows.map(({ name, specification }) => [name, specification]));
  const scope: Scope = { ...outer, fields: from?.fields ?? [], windows };
  const where =
    node.where &&
    booleanText(translation.expression(node.where, plainScope(scope, "WHERE clause")), node.where.at, "WHERE clause");
  const groups = node.groupBy?.elements.map((element) => groupingElement(element, node, scope, translation));
  const grouped = groups !== undefined || hasAggregates([node.items, node.having, orderBy]);
  const grouping: Grouping | undefined = grouped
    ? { keys: new Set(groups?.flatMap(({ keys }) => keys)), open: [] }
    : undefined;
  const inner: Scope = { ...scope, grouping };
  const outputs = node.items.flatMap((item) => outputsOf(item, inner, translation));
  if (node.having !== undefined && !grouped)
    throw new SqlFault("NOT_SUPPORTED", "HAVING without GROUP BY and aggregation is not supported", node.having.at);
  const having =
    node.having &&
    booleanText(
      checked(() => translation.expression(node.having!, { ...inner, noWindows: "HAVING clause" }), inner),
      node.having.at,
      "HAVING clause",
    );
  const sorts = orderBy.map((item) => sortOf(item, node, outputs, inner, translation));
  if (node.distinct)
    for (const { type } of outputs)
      if (!isComparable(type))
        throw new SqlFault(
          "TYPE_MISMATCH",
          `DISTINCT can only be applied to comparable types (actual: ${typeText(type)})`,
          node.at,
        );
  const clauses = [
    `SELECT ${node.distinct ? "DISTINCT " : ""}${outputs.map(({ sql }, index) => `${sql} AS c${index}`).join(", ")}`,
    from && `FROM ${from.sql}`,
    where && `WHERE ${where}`,
    groups && `GROUP BY ${node.groupBy?.distinct ? distinctSets(groups) : groups.map(({ sql }) => sql).join(", ")}`,
    having && `HAVING ${having}`,
    ties !== undefined && tiesText(sorts, ties).trim(),
    sorts.length > 0 && `ORDER BY ${sorts.join(", ")}`,
  ];
  return {
    sql: clauses.filter((clause) => clause !== undefined && clause !== false).join(" "),
    columns: outputs.map(({ name, type }) => ({ name, type })),
  };
}

const plainScope = (scope: Scope, place: string): Scope => ({
  ...scope,
  grouping: undefined,
  noAggregates: place,
  noWindows: place,
});

/** Refuses a column that is neither a key nor inside an aggregate. */
function checked<Result>(work: () => Result, scope: Scope): Result {
  const result = work();
  const open = scope.grouping?.open[0];
  if (open !== undefined)
    throw new SqlFault(
      "EXPRESSION_NOT_AGGREGATE",
      `'${open.name}' must be an aggregate expression or appear in GROUP BY clause`,
      open.at,
    );
  return result;
}

function outputsOf(item: SelectItem, scope: Scope, translation: Translation): Output[] {
  if (item.kind === "item")
    return [
      {
        ...checked(() => translation.expression(item.value, scope), scope),
        name: item.alias ?? item.spelling ?? nameOf(item.value),
      },
    ];
  const fields = starFields(item, scope);
  for (const field of fields)
    if (scope.grouping !== undefined && !scope.grouping.keys.has(field.sql))
      scope.grouping.open.push({ name: field.name ?? "?", at: item.at });
  return checked(() => fields.map(({ sql, type, name }) => ({ sql, type, name })), scope);
}

function nameOf(node: Expression): string | undefined {
  if (node.kind === "name") return node.parts.at(-1);
  return node.kind === "field" ? node.name : undefined;
}

function starFields({ base, at }: Extract<SelectItem, { kind: "all" }>, scope: Scope): readonly Field[] {
  const shown = scope.fields.filter(({ isHidden }) => !isHidden);
  if (base === undefined) {
    if (shown.length === 0)
      throw new SqlFault("COLUMN_NOT_FOUND", "SELECT * not allowed in queries without FROM clause", at);
    return shown;
  }
  const parts = base.kind === "name" ? [...base.parts].reverse() : [];
  const fields = shown.filter(({ qualifier }) => parts.every((part, index) => qualifier[index] === part));
  if (fields.length === 0)
    throw new SqlFault("TABLE_NOT_FOUND", `Unable to resolve reference ${parts.reverse().join(".")}`, at);
  return fields;
}

function groupingElement(element: GroupingElement, node: Select, scope: Scope, translation: Translation): Groups {
  const sets = element.sets.map((set) => set.map((expression) => groupingKey(expression, node, scope, translation)));
  const keys = sets.flat();
  const texts = sets.map((set) => (set.length === 1 ? set[0]! : `(${set.join(", ")})`));
  if (element.kind === "simple")
    return { sql: keys.length === 0 ? "GROUPING SETS (())" : keys.join(", "), keys, sets: [keys] };
  const names = { rollup: "ROLLUP", cube: "CUBE", sets: "GROUPING SETS" };
  return { sql: `${names[element.kind]} (${texts.join(", ")})`, keys, sets: setsOf[element.kind](sets) };
}

/** What a part of GROUP BY groups by: its text, all its keys, and the sets that it stands for. */
interface Groups {
  readonly sql: string;
  readonly keys: readonly string[];
  readonly sets: readonly (readonly string[])[];
}

const setsOf: Readonly<Record<"rollup" | "cube" | "sets", (sets: readonly string[][]) => string[][]>> = {
  rollup: (sets) => [...sets.map((_, index) => sets.slice(0, sets.length - index).flat()), []],
  cube: (sets) => sets.reduce<string[][]>((all, set) => all.flatMap((one) => [[...one, ...set], one]), [[]]),
  sets: (sets) => [...sets],
};

/** Trino makes so many grouping sets at most. */
const mostSets = 2048;

/** GROUP BY DISTINCT: each set of the product of all parts once. */
function distinctSets(groups: readonly Groups[]): string {
  const found = new Map<string, string>();
  let product: string[][] = [[]];
  for (const { sets } of groups) {
    if (product.length * sets.length > mostSets)
      throw new SqlFault("TOO_MANY_GROUPING_SETS", `GROUP BY has more than ${mostSets} grouping sets`);
    product = product.flatMap((one) => sets.map((set) => [...new Set([...one, ...set])]));
  }
  for (const set of product) found.set([...set].sort().join("\n"), `(${set.join(", ")})`);
  return `GROUPING SETS (${[...found.values()].join(", ")})`;
}

function groupingKey(expression: Expression, node: Select, scope: Scope, translation: Translation): string {
  const place = expression.kind === "number" && expression.form === "integer" ? Number(expression.text) : undefined;
  const value =
    place === undefined
      ? translation.expression(expression, plainScope(scope, "GROUP BY clause"))
      : numberedKey(place, expression.at, node, scope, translation);
  if (!isComparable(value.type))
    throw new SqlFault(
      "TYPE_MISMATCH",
      `${typeText(value.type)} is not comparable, and therefore cannot be used in GROUP BY`,
      expression.at,
    );
  return value.sql;
}

/** `GROUP BY 1`: the items with their stars written out. */
function numberedKey(place: number, at: Position, node: Select, scope: Scope, translation: Translation): Value {
  let count = 0;
  for (const item of node.items) {
    const values = item.kind === "all" ? starFields(item, scope) : [item.value];
    if (place > count + values.length) {
      count += values.length;
      continue;
    }
    const value = values[place - count - 1];
    if (value === undefined) break;
    return "sql" in value ? value : translation.expression(value, plainScope(scope, "GROUP BY clause"));
  }
  throw new SqlFault("INVALID_COLUMN_REFERENCE", `GROUP BY position ${place} is not in select list`, at);
}

/** ORDER BY names the outputs first, then the columns of FROM. */
function sortOf(
  item: SortItem,
  node: Select,
  outputs: readonly Output[],
  scope: Scope,
  translation: Translation,
): string {
  const { value, at } = { value: item.value, at: item.value.at };
  if (value.kind === "number" && value.form === "integer") {
    const output = outputs[Number(value.text) - 1];
    if (output === undefined)
      throw new SqlFault("INVALID_COLUMN_REFERENCE", `ORDER BY position ${value.text} is not in select list`, at);
    return sortText(item, outputSort(output, outputs, node));
  }
  const named = outputs.flatMap(({ name, sql, type }) =>
    name === undefined ? [] : [{ name: name.toLowerCase(), sql, type, qualifier: [], isOutput: true }],
  );
  const unique = named.filter(
    (field, index) => named.findIndex((other) => other.name === field.name && other.sql === field.sql) === index,
  );
  const found = checked(() => translation.expression(value, { ...scope, fields: unique, parent: scope }), scope);
  const output = outputs.find(({ sql }) => sql === found.sql);
  if (node.distinct && output === undefined)
    throw new SqlFault(
      "EXPRESSION_NOT_IN_DISTINCT",
      "For SELECT DISTINCT, ORDER BY expressions must appear in select list",
      at,
    );
  return sortText(item, output === undefined ? found : outputSort(output, outputs, node));
}

/** DISTINCT sorts what it gives. */
function outputSort(output: Output, outputs: readonly Output[], node: Select): Value {
  const sql = `c${outputs.indexOf(output)}`;
  return node.distinct && comparable(sql, output.type) === sql ? { sql, type: output.type } : output;
}
