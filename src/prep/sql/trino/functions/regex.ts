import { coerce } from "../cast.ts";
import type { Scope, SpecialFunction, Translation } from "../scope.ts";
import { SqlFault } from "../sql-fault.ts";
import { arrayOf, bigintType, booleanType, type SqlType, typeText, varcharOf, varcharType } from "../sql-type.ts";
import type { Call } from "../syntax.ts";
import { quoteText, type Value } from "../value.ts";
import { type Re2Pattern, toRe2 } from "./re2-pattern.ts";

interface Given {
  readonly value: Value;
  readonly pattern: Re2Pattern;
  readonly rest: readonly Value[];
}

/** The text, the pattern as RE2 has it, and what follows. A pattern is known when the statement is translated. */
function read(node: Call, most: number, scope: Scope, translation: Translation): Given {
  const { name, at } = node;
  const lambda = node.arguments.find((part) => part.kind === "lambda");
  if (lambda !== undefined) throw new SqlFault("NOT_SUPPORTED", `${name} with a lambda is not supported`, at);
  const [value, pattern, ...rest] = node.arguments.map((part) => translation.expression(part, scope));
  const text = value && coerce(value, varcharType);
  if (text === undefined || pattern === undefined || rest.length > most - 2 || pattern.type.name !== "varchar")
    throw new SqlFault(
      "FUNCTION_NOT_FOUND",
      `Unexpected parameters (${[value, pattern, ...rest].map((part) => (part === undefined ? "" : typeText(part.type))).join(", ")}) for function ${name}`,
      at,
    );
  if (pattern.text === undefined)
    throw new SqlFault("NOT_SUPPORTED", `${name} with a pattern that is not a constant is not supported`, at);
  return {
    value: { ...text, type: value!.type.name === "varchar" ? value!.type : text.type },
    pattern: toRe2(pattern.text, at),
    rest,
  };
}

/** A `$` takes part in no match, but a line's end may stand behind it. */
const whole = ({ text, anchored }: Re2Pattern): string => quoteText(anchored ? `${text}(?:\\n?\\z)` : text);

/** The pattern and the number of the group to extract; the null of a group without a part is not to be had. */
function extraction(given: Given, node: Call): { value: Value; pattern: string; group: number } {
  const { value, pattern } = given;
  const group = groupOf(given, node.at);
  if (pattern.optional.has(group))
    throw new SqlFault(
      "NOT_SUPPORTED",
      `${node.name} of a group that may take no part in the match is not supported`,
      node.at,
    );
  if (group === 0 && pattern.anchored) return { value, pattern: quoteText(`(${pattern.text})(?:\\n?\\z)`), group: 1 };
  return { value, pattern: whole(pattern), group };
}

function groupOf({ rest, pattern: { groups } }: Given, at: Call["at"]): number {
  const [group] = rest;
  if (group === undefined) return 0;
  const number = /^CAST\((\d+) AS INTEGER\)$/.exec(group.sql)?.[1];
  if (number === undefined) throw new SqlFault("NOT_SUPPORTED", "A group that is not a constant is not supported", at);
  if (Number(number) > groups)
    throw new SqlFault("INVALID_FUNCTION_ARGUMENT", `Pattern has ${groups} groups. Cannot access group ${number}`, at);
  return Number(number);
}

export const regexFunctions: Readonly<Record<string, SpecialFunction>> = {
  regexp_like(node, scope, translation) {
    const { value, pattern } = read(node, 2, scope, translation);
    return { sql: `regexp_matches(${value.sql}, ${whole(pattern)})`, type: booleanType };
  },
  regexp_extract(node, scope, translation) {
    const { value, pattern, group } = extraction(read(node, 3, scope, translation), node);
    return {
      sql: `CASE WHEN regexp_matches(${value.sql}, ${pattern}) THEN regexp_extract(${value.sql}, ${pattern}, ${group}) END`,
      type: value.type,
    };
  },
  regexp_extract_all(node, scope, translation) {
    const { value, pattern, group } = extraction(read(node, 3, scope, translation), node);
    return { sql: `regexp_extract_all(${value.sql}, ${pattern}, ${group})`, type: arrayOf(value.type) };
  },
  regexp_replace(node, scope, translation) {
    const { value, pattern, rest } = read(node, 3, scope, translation);
    const [replacement] = rest;
    if (replacement !== undefined && replacement.text === undefined)
      throw new SqlFault(
        "NOT_SUPPORTED",
        "regexp_replace with a replacement that is not a constant is not supported",
        node.at,
      );
    const text = toReplacement(replacement?.text ?? "", pattern.groups, node);
    const [from, to] = pattern.anchored
      ? [`${pattern.text}(\\n?)\\z`, `${text}\\${pattern.groups + 1}`]
      : [pattern.text, text];
    return {
      sql: `regexp_replace(${value.sql}, ${quoteText(from)}, ${quoteText(to)}, 'g')`,
      type: replacement === undefined ? value.type : replacedType(value.type, replacement),
    };
  },
  regexp_split(node, scope, translation) {
    const { value, pattern } = read(node, 2, scope, translation);
    if (pattern.anchored) throw new SqlFault("NOT_SUPPORTED", "regexp_split at an anchor is not supported", node.at);
    return { sql: `string_split_regex(${value.sql}, ${quoteText(pattern.text)})`, type: arrayOf(value.type) };
  },
  regexp_position(node, scope, translation) {
    const { value, pattern, rest } = read(node, 3, scope, translation);
    const start = rest.length === 0 ? 1 : Number(/^CAST\('?(\d+)'? AS/.exec(rest[0]!.sql)?.[1] ?? 0);
    if (start < 1 || start > 1_000)
      throw new SqlFault(
        "NOT_SUPPORTED",
        "regexp_position from a place that is not a constant between 1 and 1000 is not supported",
        node.at,
      );
    const prefix = `\\A((?s:.{${start - 1}}.*?))(?:${pattern.text}${pattern.anchored ? "\\n?\\z" : ""})`;
    const [from] = [quoteText(prefix)];
    return {
      sql: `CASE WHEN regexp_matches(${value.sql}, ${from}) THEN CAST(length(regexp_extract(${value.sql}, ${from}, 1)) + 1 AS INTEGER) WHEN ${value.sql} IS NOT NULL THEN -1 END`,
      type: { name: "integer" },
    };
  },
  regexp_count(node, scope, translation) {
    const { value, pattern } = read(node, 2, scope, translation);
    return { sql: `CAST(len(regexp_extract_all(${value.sql}, ${whole(pattern)})) AS BIGINT)`, type: bigintType };
  },
};

/** Trino's bound of a replaced text. */
function replacedType(type: SqlType, replacement: Value): SqlType {
  const [x, y] = [type, replacement.type].map((each) => ("length" in each ? each.length : undefined));
  return x === undefined || y === undefined
    ? varcharType
    : varcharOf(Math.min(2_147_483_647, x + Math.max(Math.floor((x * y) / 2), y) * (x + 1)));
}

/** `$1` becomes `\1`, and what is escaped stands for itself. */
function toReplacement(text: string, groups: number, { at }: Call): string {
  return text.replaceAll(
    /\\(.)|\$(\d)|\$\{(\w+)\}|[\\$]/gs,
    (whole, escaped?: string, group?: string, name?: string) => {
      if (escaped !== undefined) return escaped === "\\" ? "\\\\" : escaped;
      if (name !== undefined || group === undefined)
        throw new SqlFault("NOT_SUPPORTED", `'${whole}' in a replacement is not supported`, at);
      if (Number(group) > groups)
        throw new SqlFault("INVALID_FUNCTION_ARGUMENT", `Illegal replacement sequence: unknown group { ${group} }`, at);
      return `\\${group}`;
    },
  );
}
