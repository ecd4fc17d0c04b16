import { booleanText } from "./boolean-text.ts";
import { coerce } from "./cast.ts";
import { isNested, orderedText } from "./compare-nested.ts";
import { comparable } from "./comparison.ts";
import { boundTexts, fill, type Modifiers } from "./fill-template.ts";
import { type Bindings, type FunctionRow, patternType, type TypePattern } from "./function-table.ts";
import { shortTemplates } from "./functions/aggregates.ts";
import { functionNames } from "./functions/function-names.ts";
import { aggregateRows, refusedFunctions, scalarRows, specialFunctions, windowRows } from "./functions/functions.ts";
import { type ArgumentShape, matchSignature } from "./match-signature.ts";
import { patternText } from "./pattern-text.ts";
import { nearestWords, type Scope, type Translation } from "./scope.ts";
import { sortText } from "./sort.ts";
import { SqlFault } from "./sql-fault.ts";
import { type SqlType, typeText } from "./sql-type.ts";
import type { Call } from "./syntax.ts";
import { type Fit, fitResult, type Lambda, lambdaText } from "./translate-lambda.ts";
import { physicalType, type Value } from "./value.ts";
import { windowText } from "./window.ts";

/** A call of a function. What no table has is refused by its name and never reaches DuckDB. */
export function translateCall(node: Call, scope: Scope, translation: Translation): Value {
  const special = specialFunctions[node.name];
  if (special !== undefined && node.over === undefined) {
    refuseModifiers(node);
    return special(node, scope, translation);
  }
  if (node.over !== undefined) return windowCall(node, scope, translation);
  const aggregates = aggregateRows.get(node.name);
  if (aggregates !== undefined) return aggregateCall(node, aggregates, scope, translation);
  if (windowRows.has(node.name))
    throw new SqlFault("FUNCTION_NOT_WINDOW", `Window function ${node.name} requires an OVER clause`, node.at);
  const rows = scalarRows.get(node.name);
  if (rows === undefined) throw unknownFunction(node);
  refuseModifiers(node);
  return apply(node, rows, scope, translation, "");
}

function unknownFunction({ name, at }: Call): SqlFault {
  if (refusedFunctions.has(name)) return new SqlFault("NOT_SUPPORTED", `Function '${name}' is not supported`, at);
  const words = nearestWords(name, functionNames);
  return new SqlFault("FUNCTION_NOT_FOUND", `Function '${name}' not registered${words}`, at);
}

function refuseModifiers(node: Call): void {
  if (node.distinct || node.filter !== undefined || node.orderBy.length > 0 || node.star)
    throw new SqlFault(
      "FUNCTION_NOT_AGGREGATE",
      `DISTINCT, FILTER, ORDER BY and * are for aggregation functions, and ${node.name} is none`,
      node.at,
    );
}

function aggregateCall(node: Call, rows: readonly FunctionRow[], scope: Scope, translation: Translation): Value {
  if (scope.noAggregates === "aggregation")
    throw new SqlFault("NESTED_AGGREGATION", `Cannot nest aggregations inside aggregation '${node.name}'`, node.at);
  if (scope.noAggregates !== undefined)
    throw new SqlFault(
      // Trino has them there, DuckDB has not.
      scope.noAggregates === "TRY" ? "NOT_SUPPORTED" : "EXPRESSION_NOT_SCALAR",
      `${scope.noAggregates} cannot contain aggregations, window functions or grouping operations: [${node.name}]`,
      node.at,
    );
  return apply(
    node,
    rows,
    { ...scope, grouping: undefined, noAggregates: "aggregation", noWindows: "aggregation" },
    translation,
    "",
  );
}

function windowCall(node: Call, scope: Scope, translation: Translation): Value {
  if (scope.noWindows !== undefined)
    throw new SqlFault(
      scope.noWindows === "window" ? "NESTED_WINDOW" : "EXPRESSION_NOT_SCALAR",
      `${scope.noWindows} cannot contain window functions: [${node.name}]`,
      node.at,
    );
  const rows = windowRows.get(node.name) ?? aggregateRows.get(node.name);
  if (rows === undefined) {
    if (scalarRows.has(node.name))
      throw new SqlFault("FUNCTION_NOT_WINDOW", `Not a window function: ${node.name}`, node.at);
    throw unknownFunction(node);
  }
  if (node.distinct)
    throw new SqlFault(
      "NOT_SUPPORTED",
      `DISTINCT in window function parameters not yet supported: ${node.name}`,
      node.at,
    );
  const inner: Scope = { ...scope, noWindows: "window" };
  return apply(node, rows, inner, translation, ` OVER ${windowText(node.over!, inner, translation, node.at)}`);
}

/** Finds the row that takes the arguments and writes its template. */
function apply(node: Call, rows: readonly FunctionRow[], scope: Scope, translation: Translation, over: string): Value {
  const given = node.arguments.map((argument) =>
    argument.kind === "lambda" ? argument : translation.expression(argument, scope),
  );
  if (node.star) {
    const star = rows.find((row) => row.takes.length === 0);
    if (star === undefined)
      throw new SqlFault("FUNCTION_NOT_FOUND", `* is not allowed as argument of ${node.name}`, node.at);
  }
  const shapes = given.map(
    (argument): ArgumentShape =>
      "kind" in argument ? { name: "lambda", takes: argument.names.length } : argument.type,
  );
  for (const exact of [true, false]) {
    for (const row of rows) {
      const bindings = matchSignature(row, shapes, exact);
      if (bindings === undefined) continue;
      const local = `l${scope.lambdas ?? 0}`;
      const template = row.template.replaceAll("$l", local);
      const texts = argumentTexts(node, { given, shapes, row, rows, bindings, template }, scope, translation);
      const type = patternType(row.gives, bindings) ?? { name: "unknown" as const };
      const [argument] = given;
      const short = argument !== undefined && "short" in argument ? argument.short : undefined;
      const shortTemplate = node.distinct || over !== "" ? undefined : shortTemplates[node.name];
      if (short !== undefined && shortTemplate !== undefined)
        return {
          sql: fill(shortTemplate, [short, ...texts], physicalType(type), modifiers(node, scope, translation, over)),
          type,
        };
      const held = template.replaceAll(/grown_([A-Z])/g, (_, name: string) => growthCheck(bindings.types.get(name)));
      return { sql: fill(held, texts, physicalType(type), modifiers(node, scope, translation, over)), type };
    }
  }
  throw wrongArguments(node, rows, shapes);
}

/** So many times a lambda may give a wider type than it took. */
const mostRounds = 4;
/** Each lambda within another may be translated several times for each time that the other is. */
const deepestWidening = 6;

interface Chosen {
  readonly given: readonly (Value | Lambda)[];
  readonly shapes: readonly ArgumentShape[];
  readonly row: FunctionRow;
  readonly rows: readonly FunctionRow[];
  readonly bindings: Bindings;
  readonly template: string;
}

/**
 * The texts of the arguments. What a lambda gives may be wider than what it took, as the state of REDUCE: all is then written
 * anew for the wider type, until it stays.
 */
function argumentTexts(node: Call, chosen: Chosen, scope: Scope, translation: Translation): string[] {
  const { bindings, given, row, template } = chosen;
  for (let round = 1; round <= mostRounds; round++) {
    const texts: string[] = [];
    const fits: Fit[] = [];
    for (const [index, argument] of given.entries()) {
      const pattern = row.takes[Math.min(index, row.takes.length - 1)]!;
      if ("kind" in argument) {
        const bound = boundTexts(template, index, texts);
        const { text, type } = lambdaText(argument, pattern, bound, bindings, scope, translation);
        texts.push(text);
        fits.push(fitResult(pattern, type, bindings));
        continue;
      }
      const wanted = patternType(pattern, bindings);
      const text = (wanted && coerce(argument, wanted)?.sql) ?? argument.sql;
      texts.push(wanted === undefined ? text : argumentText(node, text, pattern, wanted));
    }
    if (fits.includes("other")) throw wrongArguments(node, chosen.rows, chosen.shapes);
    if (!fits.includes("widened")) {
      if (fits.includes("narrower")) throw wrongArguments(node, chosen.rows, chosen.shapes);
      return texts;
    }
    if ((scope.lambdas ?? 0) >= deepestWidening) break;
  }
  throw new SqlFault(
    "NOT_SUPPORTED",
    `The type of what ${node.name} gathers grows with each step: write CAST around what the function gives, and around the first value`,
    node.at,
  );
}

/** A value as its function takes it: one that is put in order, or that is told apart from others. */
function argumentText({ name, distinct }: Call, sql: string, pattern: TypePattern, type: SqlType): string {
  if (name === "approx_distinct" || (name === "count" && distinct)) return comparable(sql, type);
  if (pattern.kind === "variable" && pattern.name === "O") return orderedText(sql, type);
  const [element] = pattern.kind === "type" ? pattern.inner : [];
  const ofOrdered = element?.kind === "variable" && element.name === "O";
  if (!ofOrdered || type.name !== "array" || !isNested(type.element)) return sql;
  return `list_transform(${sql}, lambda x: ${orderedText("x", type.element)})`;
}

/** What a step of REDUCE gives may double with each step; a text or a list that grows too long ends the query. */
const growthCheck = (type: SqlType | undefined): string =>
  type?.name === "varchar" ? "trino_grown_text" : type?.name === "array" ? "trino_grown_list" : "";

function wrongArguments(node: Call, rows: readonly FunctionRow[], shapes: readonly ArgumentShape[]): SqlFault {
  const given = shapes
    .map((shape) => (shape.name === "lambda" ? "function" : typeText(shape as Value["type"])))
    .join(", ");
  const expected = rows.map((row) => `${row.name}(${row.takes.map(patternText).join(", ")})`).join(", ");
  return new SqlFault(
    "FUNCTION_NOT_FOUND",
    `Unexpected parameters (${given}) for function ${node.name}. Expected: ${expected}`,
    node.at,
  );
}

function modifiers(node: Call, scope: Scope, translation: Translation, over: string): Modifiers {
  const filter =
    node.filter === undefined
      ? ""
      : ` FILTER (WHERE ${booleanText(translation.expression(node.filter, scope), node.filter.at, "FILTER expression")})`;
  const order =
    node.orderBy.length === 0
      ? ""
      : ` ORDER BY ${node.orderBy.map((item) => sortText(item, translation.expression(item.value, scope))).join(", ")}`;
  const nulls = node.nulls === "IGNORE" ? " IGNORE NULLS" : "";
  return { before: node.distinct ? "DISTINCT " : "", inside: `${order}${nulls}`, after: `${filter}${over}` };
}
