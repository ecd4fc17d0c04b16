import type { Expression } from "../sql/expression.ts";
import type { Named, Relation } from "../sql/relation.ts";
import { StepFault } from "../step-fault.ts";
import { kindOf, printColumn, printOrder, printPandas } from "./print-expression.ts";

/** Lines of a script of pandas. */
export interface PandasLines {
  readonly lines: readonly string[];
  /** The variable with the rows. */
  readonly rows: string;
}

/** What a step has written already: relations that stand in several of its outputs are worked out once. */
export interface PandasStep {
  count: number;
  readonly done: Map<Relation, string>;
}

/** Writes a relation as statements of pandas, the last of which names `target`; a table is the variable of its name. @throws StepFault */
export function printPandasRelation(
  relation: Relation,
  target: string,
  variableOf: (table: string) => string = (table) => table,
  step: PandasStep = { count: 0, done: new Map() },
): PandasLines {
  const lines: string[] = [];
  /** Returns the variable with the rows: `name`, or that of a table. */
  const emit = (one: Relation, name: string): string => {
    const known = step.done.get(one);
    if (known !== undefined) return known;
    const rows = write(one, name);
    step.done.set(one, rows);
    return rows;
  };
  const write = (one: Relation, name: string): string => {
    const own = (): string => `rows_${++step.count}`;
    const give = (value: string): string => {
      lines.push(`${name} = ${value}`);
      return name;
    };
    switch (one.kind) {
      case "table":
        return variableOf(one.name);
      case "select": {
        const rows = emit(one.input, own());
        const value = printSelect(one, rows);
        return value === undefined ? rows : give(value);
      }
      case "filter": {
        const rows = emit(one.input, own());
        return give(`filter_rows(${rows}, ${printPandas(one.where, { rows })})`);
      }
      case "aggregate": {
        const rows = emit(one.input, own());
        const groups = `groups_${++step.count}`;
        lines.push(
          `${groups} = Groups(${rows}, [${one.keys.map(({ value }) => printColumn(value, { rows })).join(", ")}])`,
        );
        const values = [...one.keys, ...one.values].map(
          ({ name: column, value }) => `    ${JSON.stringify(column)}: ${printColumn(value, { rows, groups })},`,
        );
        return give(`select_columns(${groups}, {\n${values.join("\n")}\n})`);
      }
      case "join": {
        const [left, right] = [emit(one.left, own()), emit(one.right, own())];
        const keys = one.on.map(([a, b]) => `(${JSON.stringify(a)}, ${JSON.stringify(b)})`);
        const columns = one.values.map(({ from, name: column, side }, at) => {
          const words = [column, side, from].map((word) => JSON.stringify(word));
          return `    (${[...words, kindOf(one.columns[at]!.type)].join(", ")}),`;
        });
        return give(
          `join_rows(${left}, ${right}, ${JSON.stringify(one.how)}, [${keys.join(", ")}], [\n${columns.join("\n")}\n])`,
        );
      }
      case "union": {
        const names = `[${one.columns.map(({ name: column }) => JSON.stringify(column)).join(", ")}]`;
        const inputs = one.inputs.map((input) => `${emit(input, own())}[${names}]`);
        return give(`pandas.concat([${inputs.join(", ")}], ignore_index=True)`);
      }
      case "sort": {
        const rows = emit(one.input, own());
        return give(`sort_rows(${rows}, ${printOrder(one.order, { rows })})`);
      }
      case "limit":
        return give(`${emit(one.input, own())}.head(${one.count})`);
      case "distinct":
        return give(`distinct_rows(${emit(one.input, own())})`);
      case "explode": {
        const rows = emit(one.input, own());
        const kind = kindOf(one.columns.at(-1)!.type);
        return give(`explode_rows(${rows}, ${printPandas(one.list, { rows })}, ${JSON.stringify(one.as)}, ${kind})`);
      }
      case "written":
        throw new StepFault("It has SQL of its own, which scripts of pandas do not.");
    }
  };
  const rows = emit(relation, target);
  return { lines: rows === target ? lines : [...lines, `${target} = ${rows}`], rows: target };
}

/** Undefined where all columns stay as they are. */
function printSelect(
  { input, values }: Extract<Relation, { readonly kind: "select" }>,
  rows: string,
): string | undefined {
  const isKept = (one: Named | undefined): boolean => one !== undefined && isColumn(one.value, one.name);
  const stays = input.columns.every(({ name }, at) => values[at]?.name === name);
  if (stays) {
    const made = values.filter((one, at) => at >= input.columns.length || !isKept(one));
    if (made.length === 0) return undefined;
    const plain = made.every(({ name }) => /^[A-Za-z_]\w*$/.test(name) && !keywords.has(name));
    const column = ({ name, value }: Named): string =>
      plain
        ? `    ${name}=${printColumn(value, { rows })},`
        : `    ${JSON.stringify(name)}: ${printColumn(value, { rows })},`;
    const words = made.map(column).join("\n");
    return plain ? `${rows}.assign(\n${words}\n)` : `${rows}.assign(**{\n${words}\n})`;
  }
  if (values.every(isKept)) return `${rows}[[${values.map(({ name }) => JSON.stringify(name)).join(", ")}]]`;
  const words = values.map(({ name, value }) => `    ${JSON.stringify(name)}: ${printColumn(value, { rows })},`);
  return `select_columns(${rows}, {\n${words.join("\n")}\n})`;
}

const isColumn = (value: Expression, name: string): boolean =>
  value.kind === "column"
    ? value.name === name
    : value.kind === "cast" &&
      value.strict &&
      value.type.kind === value.operand.type.kind &&
      value.type.kind !== "list" &&
      isColumn(value.operand, name);

const keywords = new Set(
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return self try while with yield".split(
    " ",
  ),
);
