import { double, long } from "../../column-type.ts";
import { StepFault } from "../../step-fault.ts";
import { call, cast, choose, type Expression, each, literal } from "../expression.ts";
import type { FunctionName } from "../functions.ts";
import { randomNumber } from "../random-number.ts";
import { aggregateFunctions } from "./aggregate-functions.ts";
import { comparable, sameType, toBoolean, toDate, toDouble, toLong, toNumber, toText, toTime } from "./coerce.ts";
import { type FormulaFunction, numberOf, taking } from "./formula-function.ts";
import { listFunctions } from "./list-functions.ts";
import { like, patternFunctions } from "./pattern-functions.ts";
import { timeFunctions } from "./time-functions.ts";

type Coerce = (one: Expression) => Expression;

/** A function of the table whose operands are all taken as one type. */
const plain = (name: FunctionName, coerce: Coerce, count = 1): FormulaFunction => ({
  takes: [count, count],
  make: (operands) => call(name, ...operands.map(coerce)),
});
const overRows = (make: (one: Expression) => Expression): FormulaFunction => ({
  takes: [1, 1],
  over: "rows",
  make: ([one]) => make(one!),
});
const many = (names: readonly string[], made: FormulaFunction) => Object.fromEntries(names.map((name) => [name, made]));

const logic: Readonly<Record<string, FormulaFunction>> = {
  ...many(
    ["coalesce", "ifnull", "nvl"],
    taking(1, Infinity, (values) => call("coalesce", ...sameType(values))),
  ),
  nvl2: taking(3, 3, ([one, then, otherwise]) => {
    const [a, b] = sameType([then!, otherwise!]);
    return choose([[call("isNotNull", one!), a!]], b!);
  }),
  nullif: taking(2, 2, ([one, other]) => call("nullIf", ...comparable(one!, other!))),
  ...many(
    ["if", "iff"],
    taking(3, 3, ([condition, then, otherwise]) => {
      const [a, b] = sameType([then!, otherwise!]);
      return choose([[toBoolean(condition!), a!]], b!);
    }),
  ),
  isnull: taking(1, 1, ([one]) => call("isNull", one!)),
  isnotnull: taking(1, 1, ([one]) => call("isNotNull", one!)),
  isnan: taking(1, 1, ([one]) => call("coalesce", call("isNaN", toDouble(one!)), false)),
  nanvl: taking(2, 2, ([one, other]) => choose([[call("isNaN", toDouble(one!)), toDouble(other!)]], toDouble(one!))),
  least: taking(2, Infinity, (values) => call("least", ...sameType(values))),
  greatest: taking(2, Infinity, (values) => call("greatest", ...sameType(values))),
};

const rounded = (name: "round" | "roundToEven"): FormulaFunction =>
  taking(1, 2, ([one, digits]) => {
    const value = toNumber(one!);
    if (value.type.kind === "long" && digits === undefined) return value;
    const places = numberOf(digits ?? literal(0), "What is rounded to");
    return call(name === "round" && places !== 0 ? "roundWritten" : name, toDouble(value), places);
  });

/** Half of e to the power and of e to its negative, added or one less the other. */
const hyperbolic = (one: Expression, how: "add" | "subtract"): Expression =>
  call("divide", call(how, call("exponential", one), call("exponential", call("negate", one))), 2);

const numbers: Readonly<Record<string, FormulaFunction>> = {
  abs: plain("absolute", toNumber),
  ...many(["ceil", "ceiling"], plain("ceiling", toNumber)),
  floor: plain("floor", toNumber),
  round: rounded("round"),
  bround: rounded("roundToEven"),
  rint: taking(1, 1, ([one]) => call("roundToEven", toDouble(one!), 0)),
  sqrt: plain("squareRoot", toDouble),
  cbrt: plain("cubeRoot", toDouble),
  exp: plain("exponential", toDouble),
  expm1: taking(1, 1, ([one]) => call("subtract", call("exponential", toDouble(one!)), literal(1, double))),
  ln: plain("naturalLogarithm", toDouble),
  log: taking(1, 2, ([base, one]) =>
    one
      ? call("divide", call("naturalLogarithm", toDouble(one)), call("naturalLogarithm", toDouble(base!)))
      : call("naturalLogarithm", toDouble(base!)),
  ),
  log1p: taking(1, 1, ([one]) => call("naturalLogarithm", call("add", toDouble(one!), literal(1, double)))),
  log2: plain("logarithm2", toDouble),
  log10: plain("logarithm10", toDouble),
  ...many(["pow", "power"], plain("power", toDouble, 2)),
  mod: plain("remainder", toNumber, 2),
  pmod: taking(2, 2, (values) => {
    const [one, by] = values.map(toNumber);
    return call("remainder", call("add", call("remainder", one!, by!), by!), by!);
  }),
  ...many(["sign", "signum"], plain("sign", toDouble)),
  negative: plain("negate", toNumber),
  positive: taking(1, 1, ([one]) => toNumber(one!)),
  sin: plain("sine", toDouble),
  cos: plain("cosine", toDouble),
  tan: plain("tangent", toDouble),
  asin: plain("arcSine", toDouble),
  acos: plain("arcCosine", toDouble),
  atan: plain("arcTangent", toDouble),
  atan2: plain("arcTangent2", toDouble, 2),
  degrees: plain("degrees", toDouble),
  radians: plain("radians", toDouble),
  hypot: taking(2, 2, (values) => {
    const [one, other] = values.map((value) => call("power", toDouble(value), literal(2, double)));
    return call("squareRoot", call("add", one!, other!));
  }),
  cot: taking(1, 1, ([one]) => call("divide", literal(1, double), call("tangent", toDouble(one!)))),
  sinh: taking(1, 1, ([one]) => hyperbolic(toDouble(one!), "subtract")),
  cosh: taking(1, 1, ([one]) => hyperbolic(toDouble(one!), "add")),
  tanh: taking(1, 1, ([one]) =>
    call("divide", hyperbolic(toDouble(one!), "subtract"), hyperbolic(toDouble(one!), "add")),
  ),
  try_divide: plain("divide", toNumber, 2),
  try_add: plain("add", toNumber, 2),
  try_subtract: plain("subtract", toNumber, 2),
  try_multiply: plain("multiply", toNumber, 2),
  pi: taking(0, 0, () => call("pi")),
  e: taking(0, 0, () => literal(Math.E, double)),
  ...many(
    ["rand", "random"],
    taking(0, 1, ([seed]) => randomNumber(seed ? numberOf(seed, "The seed") : 0, call("rowPosition"))),
  ),
  monotonically_increasing_id: taking(0, 0, () => call("subtract", call("rowPosition"), 1)),
};

/** The first place is 1, and Spark takes 0 for it too; a negative one counts from the end. */
const substring = taking(2, 3, ([one, start, length]) => {
  const from = toLong(start!);
  const place =
    from.kind === "literal"
      ? literal(from.value === 0 ? 1 : from.value, long)
      : choose([[call("equals", from, 0), 1]], from);
  return call("substring", toText(one!), place, length ? call("greatest", literal(0), toLong(length)) : 2_147_483_647);
});

const texts: Readonly<Record<string, FormulaFunction>> = {
  concat: taking(1, Infinity, (values) =>
    values[0]!.type.kind === "list"
      ? values.reduce((left, right) => call("listConcat", left, right))
      : values.map(toText).reduce((left, right) => call("concat", left, right)),
  ),
  concat_ws: taking(2, Infinity, ([separator, ...values]) =>
    call("join", call("listOf", ...values.map(toText)), toText(separator!)),
  ),
  ...many(["lower", "lcase"], plain("lower", toText)),
  ...many(["upper", "ucase"], plain("upper", toText)),
  ...many(["length", "char_length", "character_length", "len"], plain("length", toText)),
  ...many(["substring", "substr"], substring),
  left: taking(2, 2, ([one, count]) => substring.make([one!, literal(1), count!])),
  right: taking(2, 2, ([one, count]) =>
    choose(
      [[call("lessOrEqual", toLong(count!), 0), literal("")]],
      call("reverse", substring.make([call("reverse", toText(one!)), literal(1), count!])),
    ),
  ),
  ...many(
    ["trim", "btrim"],
    taking(1, 2, (values) => call("trimBoth", ...trimmed(values))),
  ),
  ltrim: taking(1, 2, (values) => call("trimLeft", ...trimmed(values))),
  rtrim: taking(1, 2, (values) => call("trimRight", ...trimmed(values))),
  lpad: taking(2, 3, ([one, width, fill]) => call("padLeft", toText(one!), toLong(width!), fill ?? " ")),
  rpad: taking(2, 3, ([one, width, fill]) => call("padRight", toText(one!), toLong(width!), fill ?? " ")),
  replace: taking(2, 3, ([one, from, to]) => call("replace", toText(one!), toText(from!), to ? toText(to) : "")),
  translate: taking(3, 3, (values) => call("translate", ...values.map(toText))),
  repeat: taking(2, 2, ([one, count]) => call("repeat", toText(one!), toLong(count!))),
  reverse: plain("reverse", toText),
  space: taking(1, 1, ([count]) => call("repeat", " ", toLong(count!))),
  initcap: taking(1, 1, ([one]) => {
    const words = call("split", call("lower", toText(one!)), " ");
    const capital = each(words, (word) =>
      call("concat", call("upper", call("substring", word, 1, 1)), call("substring", word, 2, 2_147_483_647)),
    );
    return call("join", capital, " ");
  }),
  instr: taking(2, 2, ([one, part]) => call("position", toText(part!), toText(one!))),
  ...many(
    ["locate", "position"],
    taking(2, 2, ([part, one]) => call("position", toText(part!), toText(one!))),
  ),
  ...many(["startswith"], plain("startsWith", toText, 2)),
  endswith: plain("endsWith", toText, 2),
  contains: taking(2, 2, ([one, part]) => call("greater", call("position", toText(part!), toText(one!)), 0)),
  like: taking(2, 2, ([one, pattern]) => like("like", one!, pattern!)),
  ...patternFunctions,
  ascii: plain("codePoint", toText),
  md5: plain("md5", toText),
  ...many(["sha", "sha1"], plain("sha1", toText)),
  levenshtein: plain("editDistance", toText, 2),
  sha2: taking(2, 2, ([one, bits]) => {
    const size = numberOf(bits!, "The bits of sha2");
    if (size !== 256 && size !== 0) throw new StepFault(`sha2 is asked for ${size} bits; give 256.`);
    return call("sha256", toText(one!));
  }),
};

const trimmed = (values: readonly Expression[]): readonly [Expression, Expression] => {
  const [first, second] = values.map(toText);
  return second ? [second, first!] : [first!, literal(" ")];
};

const needList = (one: Expression): Expression => {
  if (one.type.kind === "list" || one.type.kind === "vector") return one;
  throw new StepFault("The formula has a value that is no list where it needs one.");
};

const lists: Readonly<Record<string, FormulaFunction>> = {
  array: taking(1, Infinity, (values) => call("listOf", ...sameType(values))),
  ...many(
    ["size", "cardinality", "array_size"],
    taking(1, 1, ([one]) => call("listLength", needList(one!))),
  ),
  element_at: taking(2, 2, ([one, place]) => call("elementAt", needList(one!), toLong(place!))),
  array_contains: taking(2, 2, ([one, value]) => call("contains", needList(one!), value!)),
  array_join: taking(2, 2, ([one, separator]) => call("join", needList(one!), toText(separator!))),
  slice: taking(3, 3, ([one, start, length]) =>
    call("slice", needList(one!), toLong(start!), call("subtract", call("add", toLong(start!), toLong(length!)), 1)),
  ),
  sequence: taking(2, 2, (values) => call("numbers", ...values.map(toLong))),
};

const conversions: Readonly<Record<string, FormulaFunction>> = {
  ...many(
    ["int", "bigint", "tinyint", "smallint"],
    taking(1, 1, ([one]) => cast(toNumber(one!), long)),
  ),
  ...many(
    ["double", "float", "decimal"],
    taking(1, 1, ([one]) => toDouble(one!)),
  ),
  string: taking(1, 1, ([one]) => toText(one!)),
  boolean: taking(1, 1, ([one]) => toBoolean(one!)),
  date: taking(1, 1, ([one]) => toDate(one!)),
  timestamp: taking(1, 1, ([one]) => toTime(one!)),
};

const aggregates: Readonly<Record<string, FormulaFunction>> = {
  count: overRows((one) => call("count", one)),
  sum: overRows((one) => call("sum", toNumber(one))),
  ...many(
    ["avg", "mean"],
    overRows((one) => call("mean", toDouble(one))),
  ),
  min: overRows((one) => call("minimum", one)),
  max: overRows((one) => call("maximum", one)),
  ...many(
    ["stddev", "std", "stddev_samp"],
    overRows((one) => call("standardDeviation", toDouble(one))),
  ),
  ...many(
    ["variance", "var_samp"],
    overRows((one) => call("variance", toDouble(one))),
  ),
  median: overRows((one) => call("interpolatedQuantile", toDouble(one), 0.5)),
  row_number: { takes: [0, 0], over: "window", make: () => call("rowNumber") },
  rank: { takes: [0, 0], over: "window", make: () => call("rank") },
  dense_rank: { takes: [0, 0], over: "window", make: () => call("denseRank") },
  lag: {
    takes: [1, 2],
    over: "window",
    make: ([one, by]) => call("lag", one!, numberOf(by ?? literal(1), "How far lag goes")),
  },
  lead: {
    takes: [1, 2],
    over: "window",
    make: ([one, by]) => call("lead", one!, numberOf(by ?? literal(1), "How far lead goes")),
  },
};

/** The functions of Spark that a formula may call, by their names. */
export const formulaFunctions: Readonly<Record<string, FormulaFunction>> = {
  ...logic,
  ...numbers,
  ...texts,
  ...timeFunctions,
  ...lists,
  ...conversions,
  ...aggregates,
  ...aggregateFunctions,
  ...listFunctions,
};
