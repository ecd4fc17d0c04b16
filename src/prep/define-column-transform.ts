import { type Param, type Params, type ParamValues, text } from "../base/params.ts";
import { type ColumnParam, columnsParam } from "./column-param.ts";
import { type ColumnTransform, defineTransform, type Json, type Row, type Transform } from "./define-transform.ts";
import { isObject } from "./json-object.ts";
import { allOf, column as columnExpression, type Expression } from "./sql/expression.ts";
import { filter, type Named, named, type Relation, select, withColumns } from "./sql/relation.ts";
import { columnOf, needType, StepFault } from "./step-fault.ts";

type OwnParams = {
  readonly input_column: ColumnParam<readonly string[]>;
  readonly output_column: Param<string | undefined>;
};

/**
 * Declares a step that makes a value of a value. A flow names one column or several in `input_column`; the new values take
 * their place, or stand in `output_column` (of several columns, `<output_column>_<column>`).
 */
export function defineColumnTransform<const P extends Params, Learned extends Json = null>(
  declared: ColumnTransform<P, Learned>,
): Transform {
  const { accepts, expression, fit, keeps, unnamed, ...rest } = declared;
  type Values = ParamValues<P> & { readonly input_column: readonly string[]; readonly output_column?: string };
  const own: OwnParams = { input_column: columnsParam(...accepts), output_column: text() };
  const columnsOf = (input: Relation, values: unknown): readonly Expression[] =>
    (values as Values).input_column.map((name) => {
      const column = columnOf(input, name);
      needType(column, accepts);
      return columnExpression(column);
    });
  return defineTransform<Params, Learned[]>({
    ...rest,
    params: { ...own, ...declared.params },
    ...(fit && {
      fit: {
        asks: (input, values) => {
          const asked = columnsOf(input, values).map((column, index) => {
            const queries = Object.entries(fit.asks(column, input, values as never));
            return queries.map(([key, query]) => [`${index}/${key}`, query] as const);
          });
          return Object.fromEntries(asked.flat());
        },
        learn: (answers, values, input) =>
          (values as unknown as Values).input_column.map((name, index) => {
            const own = Object.entries(answers).flatMap(([key, rows]): [string, readonly Row[]][] =>
              key.startsWith(`${index}/`) ? [[key.slice(`${index}/`.length), rows]] : [],
            );
            return naming(name, () => fit.learn(Object.fromEntries(own), values as never, input));
          }),
        ...(fit.mark && { mark: (values: unknown) => fit.mark!(values as never) }),
        read(trained, values) {
          const { input_column: names } = values as unknown as Values;
          const read = names.map((name) => {
            const own = trainedColumn(trained, name, names.length);
            return own === undefined ? undefined : fit.read?.(own, values as never);
          });
          return read.includes(undefined) ? undefined : (read as Learned[]);
        },
      },
    }),
    relation({ input, values, learned }) {
      const { input_column: names, output_column: output } = values as unknown as Values;
      const conditions: Expression[] = [];
      const made: Named[] = [];
      const last: Named[] = [];
      const gone = new Set<string>();
      for (const [index, column] of columnsOf(input, values).entries()) {
        const source = names[index]!;
        const kept = learned?.[index] as Learned;
        const name = outputName(unnamed && !output ? unnamed(source) : source, output, names.length, source);
        const condition = keeps?.(column, values as never, kept);
        if (condition) conditions.push(condition);
        const value = expression(column, values as never, kept, input);
        if (!("parts" in value)) made.push({ name, value });
        else {
          last.push(...value.parts.map((part) => ({ name: `${name}_${part.name}`, value: part.value })));
          if (name === source && !value.stays) gone.add(source);
        }
      }
      const rows = conditions.length > 0 ? filter(input, allOf(conditions)) : input;
      if (last.length === 0) return withColumns(rows, made);
      const added = new Set(last.map(({ name }) => name));
      const stay = rows.columns.filter(({ name }) => !gone.has(name) && !added.has(name));
      return select(rows, [...named(stay), ...last]);
    },
  });
}

/** Where the values of a column go. */
export const outputName = (name: string, output: string | undefined, count: number, source = name): string => {
  if (output === undefined || output === "") return name;
  return count > 1 ? `${output}_${source}` : output;
};

/** What one column was trained to: an object, or of several columns a list of objects with their columns. */
function trainedColumn(trained: Json, name: string, count: number): Json | undefined {
  const all = Array.isArray(trained) ? (trained as readonly Json[]) : [trained];
  const own = all.find((one) => isObject(one) && one.input_column === name);
  if (own !== undefined) return own;
  return count === 1 && all.length === 1 && isObject(all[0]) && all[0].input_column === undefined ? all[0] : undefined;
}

/** A fault of one of several columns says which. */
function naming<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (fault) {
    if (fault instanceof StepFault) throw new StepFault(`The column ${JSON.stringify(name)}: ${fault.message}`);
    throw fault;
  }
}
