import { StepFault } from "../../step-fault.ts";
import { column, type Expression } from "../expression.ts";
import {
  aggregate,
  distinct,
  filter,
  limit,
  type Named,
  onlyColumns,
  type Relation,
  select,
  sort,
} from "../relation.ts";
import { toBoolean } from "./coerce.ts";
import { formulaFunctions } from "./formula-functions.ts";
import type { FormulaScope, NamedTable } from "./formula-scope.ts";
import type { Formula, FormulaOrder, FormulaQuery, FormulaSelect } from "./syntax.ts";
import { sameFormula, translateFormula } from "./translate-formula.ts";
import { type ResolveTable, translateFrom } from "./translate-from.ts";

interface Item {
  readonly name: string;
  readonly formula: Formula;
}

/** How the rows of a query come: in what order, and how many. */
type Ending = Pick<FormulaQuery, "order" | "limit">;

/** Makes the relation of a SELECT over the tables that `resolve` finds. @throws StepFault */
export function translateSelect(
  query: FormulaSelect,
  ending: Ending,
  resolve: ResolveTable,
  inner: NonNullable<FormulaScope["query"]>,
): Relation {
  const { rows: input, tables } = translateFrom(query.from, resolve, inner);
  const plain: FormulaScope = { columns: input.columns, tables, query: inner };
  const items = query.items.flatMap((item): readonly Item[] =>
    "all" in item ? allOf(item.of, tables) : [{ name: item.name, formula: item.value }],
  );
  refuseTwice(items);
  const rows = query.where ? filter(input, toBoolean(translateFormula(query.where, plain))) : input;
  const shown = tables.flatMap(({ columns }) => columns.map((one) => one.shown));
  const keys = query.group.map((key) => meant(key, items, shown));
  const isGrouped = keys.length > 0 || query.having !== undefined || items.some(({ formula }) => hasAggregate(formula));
  const scope: FormulaScope = { ...plain, ...(isGrouped && { grouped: keys }) };
  const values = items.map(({ name, formula }) => ({ name, value: translateFormula(formula, scope) }));
  const order = ending.order.map(({ by, ...rest }) => ({
    by: translateFormula(meant(by, items, shown), scope),
    ...rest,
  }));
  const hidden = [
    ...order.map(({ by }, index): Named => ({ name: `__order${index}`, value: by })),
    ...(query.having ? [{ name: "__having", value: toBoolean(translateFormula(query.having, scope)) }] : []),
  ];
  if (query.distinct && hidden.some(({ value }) => !values.some((one) => isSame(one.value, value))))
    throw new StepFault("A query with DISTINCT orders by what it selects alone; select the value of ORDER BY too.");
  const named = keys.map((key, index) => ({
    name: `__key${index}`,
    value: translateFormula(key, plain),
  }));
  const all = [...values, ...hidden];
  const made = isGrouped ? aggregate(rows, named, all) : select(rows, all);
  const having = made.columns.find(({ name }) => name === "__having");
  const kept = having ? filter(made, column(having)) : made;
  const columns = values.map(({ name, value }) => ({ name, type: value.type }));
  const once = query.distinct ? distinct(onlyColumns(kept, [...columns, ...hiddenOrder(kept)])) : kept;
  const ordered = order.length > 0 ? sort(once, orderOf(order, once)) : once;
  const cut = ending.limit === undefined ? ordered : limit(ordered, ending.limit);
  return onlyColumns(cut, columns);
}

const hiddenOrder = ({ columns }: Relation) => columns.filter(({ name }) => /^__order\d+$/.test(name));

const orderOf = (order: readonly (Omit<FormulaOrder, "by"> & { readonly by: Expression })[], rows: Relation) =>
  order.map(({ descending, nullsFirst }, index) => ({
    by: column(rows.columns.find(({ name }) => name === `__order${index}`)!),
    descending,
    nullsFirst,
  }));

const isSame = (one: Expression, other: Expression): boolean => JSON.stringify(one) === JSON.stringify(other);

/** In GROUP BY and ORDER BY, a number is a selected value's place, and a name may be one that SELECT gives. */
function meant(formula: Formula, items: readonly Item[], shown: readonly string[]): Formula {
  if (formula.kind === "literal" && typeof formula.value === "number") {
    const item = items[formula.value - 1];
    if (item) return item.formula;
    throw new StepFault(`The query names its value ${formula.value}, and it selects ${items.length}.`);
  }
  if (formula.kind !== "name" || formula.parts.length > 1) return formula;
  const isColumn = shown.filter((name) => name.toLowerCase() === formula.parts[0]!.toLowerCase()).length === 1;
  const item = items.find(({ name }) => name.toLowerCase() === formula.parts[0]!.toLowerCase());
  return item && (!isColumn || sameFormula(item.formula, formula)) ? item.formula : formula;
}

/** All columns, or those of one table. What two tables have in common by USING is there once. */
function allOf(of: string | undefined, tables: readonly NamedTable[]): readonly Item[] {
  const chosen = of === undefined ? tables : tables.filter(({ name }) => name.toLowerCase() === of.toLowerCase());
  if (chosen.length === 0)
    throw new StepFault(`The query selects ${of}.*, and its tables are ${tables.map(({ name }) => name).join(", ")}.`);
  return chosen.flatMap(({ columns, name }) =>
    columns
      .filter(({ hidden }) => of !== undefined || !hidden)
      .map(({ shown }) => ({
        name: shown,
        formula: { kind: "name", parts: tables.length > 1 ? [name, shown] : [shown], at: 0 },
      })),
  );
}

function refuseTwice(items: readonly Item[]): void {
  const names = items.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new StepFault(
      `The query gives two columns the name ${JSON.stringify(twice)}; name one of them otherwise (AS).`,
    );
}

const isAggregate = (name: string): boolean =>
  Object.hasOwn(formulaFunctions, name) && formulaFunctions[name]!.over === "rows";

function hasAggregate(formula: Formula): boolean {
  switch (formula.kind) {
    case "call":
      return (isAggregate(formula.name) && !formula.window) || formula.operands.some(hasAggregate);
    case "operator":
      return formula.operands.some(hasAggregate);
    case "case": {
      const parts = formula.branches.flatMap(({ when, value }) => [when, value]);
      return [...parts, formula.subject, formula.otherwise].some((part) => part !== undefined && hasAggregate(part));
    }
    case "cast":
      return hasAggregate(formula.operand);
    case "lambda":
      return hasAggregate(formula.body);
    default:
      return false;
  }
}
