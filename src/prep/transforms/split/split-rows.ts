import { integer, number } from "../../../base/params.ts";
import { recordsParam } from "../../record-param.ts";
import { call, column, type Expression, type Order, over } from "../../sql/expression.ts";
import { aggregate, filter, join, onlyColumns, type Relation, unusedName, withColumns } from "../../sql/relation.ts";
import { StepFault } from "../../step-fault.ts";
import { filledText } from "../../text-param.ts";

export interface Share {
  readonly name: string;
  readonly percentage: number;
}

export const splits = recordsParam(
  { name: filledText, percentage: number({ required: true, above: 0, below: 1 }) },
  { min: 2, max: 10 },
);
/** The cuts are exact here, so that any threshold of error is met. */
export const error = number({ default: 0.0005, min: 0, max: 1 });
export const seed = integer({ default: 838257247 });

const roundingError = 1e-6;

/** Returns where each part ends, from 0 to 1. @throws StepFault unless the parts have names of their own and are the whole */
function endsOf(shares: readonly Share[]): readonly number[] {
  const names = shares.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new StepFault(`Two splits are called ${JSON.stringify(twice)}; give each a name of its own.`);
  const sum = shares.reduce((total, { percentage }) => total + percentage, 0);
  if (Math.abs(sum - 1) > roundingError)
    throw new StepFault(
      `The percentages of the splits are ${shares.map(({ percentage }) => percentage).join(" + ")} = ${Number(sum.toPrecision(6))}; they must be 1 together.`,
    );
  let end = 0;
  return shares.map(({ percentage }) => {
    end = Number((end + percentage).toFixed(12));
    return end;
  });
}

/**
 * Splits rows by a value that each has: the cuts are the values below which the shares of all rows are. Rows of one value
 * stay together; those without a value are in the last part.
 */
export function splitByValue(input: Relation, given: Relation, key: Expression, shares: readonly Share[]) {
  const ends = endsOf(shares).slice(0, -1);
  const keyName = unusedName(given.columns, "key");
  const keyed = withColumns(given, [{ name: keyName, value: key }]);
  const of = column(keyed.columns.at(-1)!);
  const cuts = aggregate(
    keyed,
    [],
    ends.map((end, index) => ({ name: unusedName(keyed.columns, `cut${index}`), value: call("quantile", of, end) })),
  );
  const beside = join("cross", keyed, cuts, []);
  const cut = cuts.columns.map((one) => column(one));
  const outputs = shares.map(({ name }, index) => {
    const above = index > 0 ? call("greater", of, cut[index - 1]!) : undefined;
    if (index === shares.length - 1) return [name, filter(beside, call("or", call("isNull", of), above!))] as const;
    const below = call("lessOrEqual", of, cut[index]!);
    return [name, filter(beside, above ? call("and", above, below) : below)] as const;
  });
  return { outputs: Object.fromEntries(outputs.map(([name, rows]) => [name, onlyColumns(rows, input.columns)])) };
}

/** Splits the rows of each stratum in an order, so that every part has the same share of each. */
export function splitByRank(
  input: Relation,
  given: Relation,
  partition: readonly Expression[],
  order: readonly Order[],
  shares: readonly Share[],
) {
  const ends = endsOf(shares);
  const rank = unusedName(given.columns, "rank");
  const members = unusedName(given.columns, "members");
  const ranked = withColumns(given, [
    { name: rank, value: over(call("rowNumber"), { partition, order }) },
    { name: members, value: over(call("countRows"), { partition }) },
  ]);
  const [ordinal, count] = ranked.columns.slice(-2).map(column);
  const last = (end: number) => call("round", call("multiply", count!, end), 0);
  const outputs = shares.map(({ name }, index) => {
    const above = call("greater", ordinal!, last(index > 0 ? ends[index - 1]! : 0));
    const rows =
      index === shares.length - 1 ? above : call("and", above, call("lessOrEqual", ordinal!, last(ends[index]!)));
    return [name, onlyColumns(filter(ranked, rows), input.columns)] as const;
  });
  return { outputs: Object.fromEntries(outputs) };
}
