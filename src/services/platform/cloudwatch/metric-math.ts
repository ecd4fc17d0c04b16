import { countsOf, isSeries, mathFunctions, type Series, type Span, type Value } from "./metric-math-functions.ts";
import { type Expression, MathError, parseMath } from "./metric-math-syntax.ts";

/** A metric or an expression, by its id. */
export interface MathQueries {
  /** The ids of metrics. */
  readonly metrics: readonly string[];
  readonly expressions: Readonly<Record<string, string>>;
}

/** Functions of AWS's that are not built. */
const refused: readonly string[] = [
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
];
const fillWords: readonly string[] = ["REPEAT", "LINEAR"];

/** Returns the name of a function of AWS's that an expression uses and that is not built. @throws MathError */
export function checkMath(id: string, { metrics, expressions }: MathQueries): string | undefined {
  let lacking: string | undefined;
  const within = (expression: Expression, above: readonly string[]): void => {
    if (expression.kind === "list") for (const item of expression.items) within(item, above);
    if (expression.kind === "query" && !fillWords.includes(expression.id)) {
      const { id } = expression;
      if (above.includes(id)) throw new MathError(`it refers to itself through ${id}`);
      if (expressions[id] !== undefined) within(parseMath(expressions[id]), [...above, id]);
      else if (!metrics.includes(id)) throw new MathError(`there is no query ${id}`);
    }
    if (expression.kind !== "call") return;
    const { name, given } = expression;
    if (refused.includes(name)) lacking = name;
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

/** Returns the ids of the metrics that a query is computed of. The queries were checked. */
export function metricsIn(id: string, { metrics, expressions }: MathQueries): ReadonlySet<string> {
  const found = new Set<string>();
  const within = (expression: Expression): void => {
    if (expression.kind === "list") expression.items.forEach(within);
    if (expression.kind === "query") of(expression.id);
    if (expression.kind !== "call") return;
    if (expression.name === "METRICS") {
      const [part] = expression.given;
      const text = part?.kind === "text" ? part.value : "";
      for (const one of metrics) if (one.includes(text)) found.add(one);
    } else expression.given.forEach(within);
  };
  const of = (name: string): void => {
    if (expressions[name] !== undefined) within(parseMath(expressions[name]));
    else if (metrics.includes(name)) found.add(name);
  };
  of(id);
  return found;
}

/**
 * Returns the period of what a query is computed of: the longest of its metrics, since metrics of several periods meet
 * where the longest ones begin. One of no metric has the first one's.
 */
export function periodIn(id: string, queries: MathQueries, periodOf: (metric: string) => number): number {
  const used = metricsIn(id, queries);
  return Math.max(...[...(used.size > 0 ? used : queries.metrics.slice(0, 1))].map(periodOf));
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
    return series.get(name) ?? (fillWords.includes(name) ? name : new Map());
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
