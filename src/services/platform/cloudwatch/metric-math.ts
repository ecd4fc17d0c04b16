import { countsOf, isSeries, mathFunctions, type Series, type Span, type Value } from "./metric-math-functions.ts";
import { type Expression, MathError, parseMath } from "./metric-math-syntax.ts";

/** A metric or an expression, by its id. */
export interface MathQueries {
  /** The ids of metrics. */
  readonly metrics: readonly string[];
  readonly expressions: Readonly<Record<string, string>>;
}

/** Functions of AWS's that are not built. */
const refused = new Set([
  "ANOMALY_DETECTION_BAND",
  "SEARCH",
  "INSIGHT_RULE_METRIC",
  "DB_PERF_INSIGHTS",
  "SERVICE_QUOTA",
  "LAMBDA",
  "SLICE",
  "SORT",
  "REMOVE_EMPTY",
  "SELECT",
]);
const fillWords = new Set(["REPEAT", "LINEAR"]);

/** Returns the name of a function of AWS's that an expression uses and that is not built. @throws MathError */
export function checkMath(id: string, { metrics, expressions }: MathQueries): string | undefined {
  let lacking: string | undefined;
  const within = (expression: Expression, above: readonly string[]): void => {
    if (expression.kind === "list") for (const item of expression.items) within(item, above);
    if (expression.kind === "query" && !fillWords.has(expression.id)) {
      const { id } = expression;
      if (above.includes(id)) throw new MathError(`it refers to itself through ${id}`);
      if (expressions[id] !== undefined) within(parseMath(expressions[id]), [...above, id]);
      else if (!metrics.includes(id)) throw new MathError(`there is no query ${id}`);
    }
    if (expression.kind !== "call") return;
    const { name, given } = expression;
    if (refused.has(name)) lacking = name;
    else if (name === "METRICS") {
      if (given.length > 1 || given.some(({ kind }) => kind !== "text"))
        throw new MathError("METRICS takes a text, a part of ids, or nothing");
    } else if (!mathFunctions[name]) throw new MathError(`there is no function ${name}`);
    else {
      const [least, most] = countsOf(name);
      if (given.length < least || given.length > most)
        throw new MathError(
          `${name} takes ${least === most ? least : `${least} or ${most}`} value(s), not ${given.length}`,
        );
    }
    if (lacking === undefined) for (const one of given) within(one, above);
  };
  within(parseMath(expressions[id]!), [id]);
  return lacking;
}

/** Returns the series of a query that was checked. @throws MathError when it has none */
export function evaluateMath(
  id: string,
  { expressions }: MathQueries,
  series: ReadonlyMap<string, Series>,
  span: Span,
): Series {
  const queryValue = (name: string): Value => {
    if (expressions[name] !== undefined) return worthOf(parseMath(expressions[name]));
    return series.get(name) ?? (fillWords.has(name) ? name : new Map());
  };
  const worthOf = (expression: Expression): Value => {
    switch (expression.kind) {
      case "number":
      case "text":
        return expression.value;
      case "query":
        return queryValue(expression.id);
      case "list":
        return expression.items.map((item) => {
          const value = worthOf(item);
          if (!isSeries(value)) throw new MathError("a list has metrics, and nothing else");
          return value;
        });
      case "call": {
        const given = expression.given.map(worthOf);
        if (expression.name !== "METRICS") return mathFunctions[expression.name]!(given, span);
        const part = (given[0] as string | undefined) ?? "";
        return [...series].flatMap(([name, one]) => (name.includes(part) ? [one] : []));
      }
    }
  };
  const value = queryValue(id);
  if (isSeries(value)) return value;
  throw new MathError("it gives a number or several series, and must give one series");
}
