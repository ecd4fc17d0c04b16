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
import type { FormulaQuery } from "./parse-select.ts";
import type { Formula, FormulaOrder } from "./syntax.ts";
import { type FormulaScope, sameFormula, translateFormula } from "./translate-formula.ts";

interface Item {
  readonly name: string;
  readonly formula: Formula;
}

/** Makes the relation of a query over a table. @throws StepFault */
export function translateSelect(query: FormulaQuery, input: Relation): Relation {
  const items = query.items.flatMap((item): readonly Item[] =>
    "all" in item
      ? input.columns.map(({ name }) => ({ name, formula: { kind: "name", parts: [name], at: 0 } }))
      : [{ name: item.name, formula: item.value }],
  );
  refuseTwice(items);
  const rows = query.where
    ? filter(input, toBoolean(translateFormula(query.where, { columns: input.columns })))
    : input;
  const keys = query.group.map((key) => meant(key, items, input));
  const isGrouped = keys.length > 0 || query.having !== undefined || items.some(({ formula }) => hasAggregate(formula));
  const scope: FormulaScope = { columns: input.columns, ...(isGrouped && { grouped: keys }) };
  const values = items.map(({ name, formula }) => ({ name, value: translateFormula(formula, scope) }));
  const order = query.order.map(({ by, ...rest }) => ({
    by: translateFormula(meant(by, items, input), scope),
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
    value: translateFormula(key, { columns: input.columns }),
  }));
  const all = [...values, ...hidden];
  const made = isGrouped ? aggregate(rows, named, all) : select(rows, all);
  const having = made.columns.find(({ name }) => name === "__having");
  const kept = having ? filter(made, column(having)) : made;
  const columns = values.map(({ name, value }) => ({ name, type: value.type }));
  const once = query.distinct ? distinct(onlyColumns(kept, [...columns, ...hiddenOrder(kept)])) : kept;
  const ordered = order.length > 0 ? sort(once, orderOf(order, once)) : once;
  const cut = query.limit === undefined ? ordered : limit(ordered, query.limit);
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
function meant(formula: Formula, items: readonly Item[], input: Relation): Formula {
  if (formula.kind === "literal" && typeof formula.value === "number") {
    const item = items[formula.value - 1];
    if (item) return item.formula;
    throw new StepFault(`The query names its value ${formula.value}, and it selects ${items.length}.`);
  }
  if (formula.kind !== "name" || formula.parts.length > 1) return formula;
  const isColumn = input.columns.some(({ name }) => name.toLowerCase() === formula.parts[0]!.toLowerCase());
  const item = items.find(({ name }) => name.toLowerCase() === formula.parts[0]!.toLowerCase());
  return item && (!isColumn || sameFormula(item.formula, formula)) ? item.formula : formula;
}

function refuseTwice(items: readonly Item[]): void {
  const names = items.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new StepFault(
      `The query gives two columns the name ${JSON.stringify(twice)}; name one of them otherwise (AS).`,
    );
}

const aggregates = /^(?:count|sum|avg|mean|min|max|stddev|std|stddev_samp|variance|var_samp|median)$/;

function hasAggregate(formula: Formula): boolean {
  switch (formula.kind) {
    case "call":
      return (aggregates.test(formula.name) && !formula.window) || formula.operands.some(hasAggregate);
    case "operator":
      return formula.operands.some(hasAggregate);
    case "case": {
      const parts = formula.branches.flatMap(({ when, value }) => [when, value]);
      return [...parts, formula.subject, formula.otherwise].some((part) => part !== undefined && hasAggregate(part));
    }
    case "cast":
      return hasAggregate(formula.operand);
    default:
      return false;
  }
}
