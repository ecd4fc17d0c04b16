import type { Column } from "../column-type.ts";
import type { DataType } from "../data-type.ts";
import type { Json } from "../define-transform.ts";
import type { AnalysisEngine } from "../do-analysis.ts";
import { convert } from "../sql/convert.ts";
import { allOf, as, call, cast, choose, column, type Expression } from "../sql/expression.ts";
import { aggregate, type Named, type Relation, select } from "../sql/relation.ts";
import { readTimeFormat } from "../sql/time-format.ts";
import { inferAndCastType } from "../transforms/parse-as-type/infer-types.ts";
import { membersOf } from "./count-columns.ts";

const isoDate = readTimeFormat("%Y-%m-%d");
const double = { kind: "double" } as const;

/** Words of texts for no value: what becomes null loses nothing. */
const nothing = "(?i)\\s*(?:null|none|nil|na|nan)?\\s*";
/** A number with more digits than a double holds, zeros at its ends not counted. */
const manyDigits = "[^1-9]*[1-9](?:\\.?[0-9]){16,}\\.?[1-9].*";
const doubleDigits = 17;

/**
 * Returns a relation with its texts as what most of them say: numbers, booleans, dates, times. A column of which a value would
 * be lost stays text, so that a report says how many values are none of its type. The relation's rows are read twice.
 */
export async function typedColumns(input: Relation, engine: Pick<AnalysisEngine, "ask">): Promise<Relation> {
  const fit = inferAndCastType.fit!;
  const answers: Record<string, Awaited<ReturnType<AnalysisEngine["ask"]>>> = {};
  for (const [name, query] of Object.entries(fit.asks(input, {}))) answers[name] = await engine.ask(query);
  const { schema } = fit.learn(answers, {}, input) as { readonly schema: { readonly [name: string]: Json } };
  const tried = input.columns.flatMap((one) =>
    one.type.kind === "text" ? typesToTry(schema[one.name]).map((type) => ({ column: one, type })) : [],
  );
  if (tried.length === 0) return input;
  const counts = tried.map(
    ({ column: one, type }, index): Named => ({
      name: `${index}/lost`,
      value: call("countWhere", losesValue(column(one), type)),
    }),
  );
  const [row] = await engine.ask(aggregate(input, [], counts));
  const kept = new Map<Column, DataType>();
  for (const [index, { column: one, type }] of tried.entries())
    if (membersOf(row!, index).lost === 0 && !kept.has(one)) kept.set(one, type);
  return select(
    input,
    input.columns.map((one) => ({ name: one.name, value: typed(column(one), kept.get(one)) })),
  );
}

/** Of a column that is mostly of whole numbers, some may be others. */
function typesToTry(word: Json | undefined): readonly DataType[] {
  if (word === "long") return ["long", "float"];
  return word === "float" || word === "bool" || word === "date" || word === "datetime" ? [word] : [];
}

const typed = (value: Expression, type: DataType | undefined): Expression =>
  type === undefined ? value : convert(value, type, { date: isoDate });

/** Whether a text says something that a value of the type does not. */
function losesValue(value: Expression, type: DataType): Expression {
  const changed = typed(value, type);
  const isLost = allOf([call("isNull", changed), call("not", call("matchesWhole", value, nothing))]);
  const isOther = otherValue(value, changed, type);
  return choose(
    [[call("isNull", value), false], [isLost, true], ...(isOther ? [[isOther, true] as const] : [])],
    false,
  );
}

function otherValue(value: Expression, changed: Expression, type: DataType): Expression | undefined {
  if (type === "bool") return call("not", call("matchesWhole", value, "(?i)\\s*(?:true|false)\\s*"));
  if (type === "long") return call("differs", as(changed, double), cast(value, double));
  if (type === "float")
    return allOf([call("greater", call("length", value), doubleDigits), call("matchesWhole", value, manyDigits)]);
  return undefined;
}
