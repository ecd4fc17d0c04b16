import { type Param, type Params, type ParamValues, text } from "../base/params.ts";
import { type ColumnParam, columnsParam } from "./column-param.ts";
import { type ColumnTransform, defineTransform, type Json, type Row, type Transform } from "./define-transform.ts";
import { column as columnExpression } from "./sql/expression.ts";
import { withColumns } from "./sql/relation.ts";
import { columnOf, needType } from "./step-fault.ts";

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
  const { accepts, expression, fit, ...rest } = declared;
  type Values = ParamValues<P> & { readonly input_column: readonly string[]; readonly output_column?: string };
  const own: OwnParams = { input_column: columnsParam(...accepts), output_column: text() };
  return defineTransform<Params, Learned[]>({
    ...rest,
    params: { ...own, ...declared.params },
    ...(fit && {
      fit: {
        asks: (input, values) => {
          const names = (values as unknown as Values).input_column;
          const asked = names.map((name, index) => {
            const column = columnOf(input, name);
            needType(column, accepts);
            const queries = Object.entries(fit.asks(columnExpression(column), input, values as never));
            return queries.map(([key, query]) => [`${index}/${key}`, query] as const);
          });
          return Object.fromEntries(asked.flat());
        },
        learn: (answers, values) =>
          (values as unknown as Values).input_column.map((_, index) => {
            const own = Object.entries(answers).flatMap(([key, rows]): [string, readonly Row[]][] =>
              key.startsWith(`${index}/`) ? [[key.slice(`${index}/`.length), rows]] : [],
            );
            return fit.learn(Object.fromEntries(own), values as never);
          }),
      },
    }),
    relation({ input, values, learned }) {
      const { input_column: names, output_column: output } = values as unknown as Values;
      const made = names.map((name, index) => {
        const column = columnOf(input, name);
        needType(column, accepts);
        const value = expression(columnExpression(column), values as never, learned?.[index] as Learned, input);
        return { name: outputName(name, output, names.length), value };
      });
      return withColumns(input, made);
    },
  });
}

/** Where the values of a column go. */
export const outputName = (name: string, output: string | undefined, count: number): string => {
  if (output === undefined || output === "") return name;
  return count > 1 ? `${output}_${name}` : output;
};
