import type { Column } from "../../column-type.ts";
import { StepFault } from "../../step-fault.ts";
import { allOf, call, column, type Expression } from "../expression.ts";
import { filter, join, type Named, named, type Relation, select, sideOf, withColumns } from "../relation.ts";
import { comparable, toBoolean } from "./coerce.ts";
import type { FormulaScope, NamedTable } from "./formula-scope.ts";
import type { Formula, FormulaQuery, FromItem } from "./syntax.ts";
import { translateFormula } from "./translate-formula.ts";

/** The rows of FROM, and which tables their columns are of. */
export interface FromRows {
  readonly rows: Relation;
  readonly tables: readonly NamedTable[];
}

export type ResolveTable = (table: string | FormulaQuery) => Relation;

/** Joins the tables of FROM, from left to right. A table that stands alone keeps the names of its columns. */
export function translateFrom(
  items: readonly FromItem[],
  resolve: ResolveTable,
  inner: FormulaScope["query"],
): FromRows {
  const [first, ...others] = items;
  const names = items.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, at) => name !== "" && names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new StepFault(
      `Two tables of FROM are called ${twice}; name one of them otherwise: FROM df AS a JOIN df AS b.`,
    );
  const start = tableOf(first!, resolve(first!.table), others.length > 0 ? 0 : undefined);
  return others.reduce<FromRows>(
    (left, item, at) => joined(left, item, tableOf(item, resolve(item.table), at + 1), inner),
    {
      rows: start.rows,
      tables: [start.table],
    },
  );
}

function tableOf({ name }: FromItem, relation: Relation, at: number | undefined) {
  if (at === undefined)
    return {
      rows: relation,
      table: { name, columns: relation.columns.map((one) => ({ shown: one.name, column: one })) },
    };
  const values = relation.columns.map((one): Named => ({ name: `__t${at}_${one.name}`, value: column(one) }));
  const rows = select(relation, values);
  const columns = rows.columns.map((one, index) => ({ shown: relation.columns[index]!.name, column: one }));
  return { rows, table: { name, columns } };
}

type Equal = readonly [left: Expression, right: Expression];

function joined(
  left: FromRows,
  item: FromItem,
  right: { readonly rows: Relation; readonly table: NamedTable },
  inner: FormulaScope["query"],
): FromRows {
  const { how, on, using } = item;
  const scopeOf = (rows: Relation, tables: readonly NamedTable[]): FormulaScope => ({
    columns: rows.columns,
    tables,
    ...(inner && { query: inner }),
  });
  const leftScope = scopeOf(left.rows, left.tables);
  const rightScope = scopeOf(right.rows, [right.table]);
  const conditions = using ? [] : conjuncts(on);
  const equal: Equal[] = (using ?? []).map((name) => {
    const formula: Formula = { kind: "name", parts: [name], at: item.at };
    return comparable(translateFormula(formula, leftScope), translateFormula(formula, rightScope));
  });
  const others: Formula[] = [];
  for (const condition of conditions) {
    const pair = equality(condition, leftScope, rightScope);
    if (pair) equal.push(pair);
    else others.push(condition);
  }
  const both = [...left.tables, usingHidden(right.table, using)];
  const needsKeys = how !== "inner" && how !== "cross";
  const [leftRows, rightRows] = needsKeys
    ? filtered(left.rows, right.rows, others, how, leftScope, rightScope)
    : [left.rows, right.rows];
  if (needsKeys && equal.length === 0)
    throw new StepFault(
      `A ${how} join needs a condition that a value of one table equals one of the other (ON a.id = b.id).`,
    );
  const keyed = (rows: Relation, at: 0 | 1) =>
    withColumns(
      rows,
      equal.map((pair, index) => ({ name: `__k${at}_${index}`, value: pair[at] })),
    );
  const [one, other] = [keyed(leftRows, 0), keyed(rightRows, 1)];
  const keys = equal.map((_, index) => [`__k0_${index}`, `__k1_${index}`] as const);
  const isOneSided = how === "semi" || how === "anti";
  const values = [...sideOf("left", left.rows), ...(isOneSided ? [] : sideOf("right", right.rows))];
  const made = join(equal.length === 0 ? "cross" : how, one, other, keys, values);
  if (isOneSided) return { rows: made, tables: left.tables };
  const whole = using && (how === "right" || how === "full") ? merged(made, using, left.tables, right.table) : made;
  if (needsKeys || others.length === 0) return { rows: whole, tables: both };
  const scope = scopeOf(whole, both);
  return { rows: filter(whole, allOf(others.map((each) => toBoolean(translateFormula(each, scope))))), tables: both };
}

const conjuncts = (formula: Formula | undefined): readonly Formula[] => {
  if (formula === undefined) return [];
  return formula.kind === "operator" && formula.operator === "and" ? formula.operands.flatMap(conjuncts) : [formula];
};

const attempt = (formula: Formula, scope: FormulaScope): Expression | undefined => {
  try {
    return translateFormula(formula, scope);
  } catch (fault) {
    if (fault instanceof StepFault) return undefined;
    throw fault;
  }
};

/** The two sides of a condition that something of one table equals something of the other. */
function equality(condition: Formula, left: FormulaScope, right: FormulaScope): Equal | undefined {
  if (condition.kind !== "operator" || (condition.operator !== "=" && condition.operator !== "<=>")) return undefined;
  if (condition.operator === "<=>") return undefined;
  const [one, other] = condition.operands as [Formula, Formula];
  const straight = [attempt(one, left), attempt(other, right)] as const;
  if (straight[0] && straight[1]) return comparable(straight[0], straight[1]);
  const crossed = [attempt(other, left), attempt(one, right)] as const;
  return crossed[0] && crossed[1] ? comparable(crossed[0], crossed[1]) : undefined;
}

/** Conditions beside the equal values: of the side whose rows need not stay, they choose its rows before the join. */
function filtered(
  left: Relation,
  right: Relation,
  others: readonly Formula[],
  how: FromItem["how"],
  leftScope: FormulaScope,
  rightScope: FormulaScope,
): readonly [Relation, Relation] {
  if (others.length === 0) return [left, right];
  const isLeft = how === "right";
  const found = others.map((one) => attempt(one, isLeft ? leftScope : rightScope));
  if (how === "full" || found.includes(undefined))
    throw new StepFault(
      `A ${how} join has a condition that is not of equal values of both tables; filter a table first, in a query of its own.`,
    );
  const where = allOf(found.map((one) => toBoolean(one!)));
  return isLeft ? [filter(left, where), right] : [left, filter(right, where)];
}

const isUsed = (name: string, using: readonly string[]): boolean =>
  using.some((one) => one.toLowerCase() === name.toLowerCase());

const usingHidden = (table: NamedTable, using: readonly string[] | undefined): NamedTable =>
  using
    ? { ...table, columns: table.columns.map((one) => ({ ...one, ...(isUsed(one.shown, using) && { hidden: true }) })) }
    : table;

/** What both sides have in common is of the side that has the row. */
function merged(rows: Relation, using: readonly string[], left: readonly NamedTable[], right: NamedTable): Relation {
  const columnFor = (tables: readonly NamedTable[], name: string): Column | undefined =>
    tables.flatMap(({ columns }) => columns).find(({ hidden, shown }) => !hidden && isUsed(shown, [name]))?.column;
  const values = using.flatMap((name): Named[] => {
    const [one, other] = [columnFor(left, name), columnFor([right], name)];
    return one && other ? [{ name: one.name, value: call("coalesce", column(one), column(other)) }] : [];
  });
  const given = new Map(values.map((one) => [one.name, one]));
  return select(
    rows,
    named(rows.columns).map((one) => given.get(one.name) ?? one),
  );
}
