import { jsonForms } from "./parse-json.ts";
import { SqlFault } from "./sql-fault.ts";
import type { Call, Expression, FrameBound, SortItem, WindowFrame, WindowSpecification } from "./syntax.ts";
import type { TokenReader } from "./token-reader.ts";

export const isCallStart = (reader: TokenReader): boolean => reader.isIdentifier() && reader.ahead(1).key === "(";

const plainCall = { star: false, distinct: false, orderBy: [] } as const;

export function parseCall(reader: TokenReader): Call {
  const { at } = reader;
  return callArguments(reader, reader.identifier(), at);
}

function callArguments(reader: TokenReader, name: string, at: Call["at"]): Call {
  reader.expect("(");
  let star = false;
  let distinct = false;
  let given: Expression[] = [];
  let orderBy: SortItem[] = [];
  if (reader.take("*")) star = true;
  else if (!reader.is(")")) {
    distinct = reader.take("DISTINCT");
    if (!distinct) reader.take("ALL");
    given = reader.list(() => reader.expression());
    orderBy = parseOrderBy(reader);
  }
  reader.expect(")");
  return { kind: "call", name, arguments: given, star, distinct, orderBy, ...parseSuffix(reader), at };
}

/** What may follow the parentheses: FILTER, IGNORE NULLS, OVER. */
function parseSuffix(reader: TokenReader): Pick<Call, "filter" | "nulls" | "over"> {
  let filter: Expression | undefined;
  if (reader.take("FILTER")) {
    filter = reader.parenthesized(() => {
      reader.expect("WHERE");
      return reader.expression();
    });
  }
  const nulls = reader.take("IGNORE", "NULLS") ? "IGNORE" : reader.take("RESPECT", "NULLS") ? "RESPECT" : undefined;
  if (!reader.take("OVER")) return { filter, nulls };
  return { filter, nulls, over: reader.is("(") ? parseWindow(reader) : reader.identifier() };
}

export function parseOrderBy(reader: TokenReader): SortItem[] {
  if (!reader.take("ORDER", "BY")) return [];
  return reader.list(() => {
    const value = reader.expression();
    const descending = reader.take("DESC");
    if (!descending) reader.take("ASC");
    const nullsFirst = reader.take("NULLS", "FIRST") ? true : reader.take("NULLS", "LAST") ? false : undefined;
    return { value, descending, nullsFirst };
  });
}

export function parseWindow(reader: TokenReader): WindowSpecification {
  const { at } = reader;
  return reader.parenthesized(() => {
    const base =
      reader.isIdentifier() && !reader.isOneOf(["PARTITION", "ROWS", "RANGE", "GROUPS"])
        ? reader.identifier()
        : undefined;
    const partitionBy = reader.take("PARTITION", "BY") ? reader.list(() => reader.expression()) : [];
    const orderBy = parseOrderBy(reader);
    return { base, partitionBy, orderBy, frame: parseFrame(reader), at };
  });
}

function parseFrame(reader: TokenReader): WindowFrame | undefined {
  if (!reader.isOneOf(["ROWS", "RANGE", "GROUPS"])) return undefined;
  const unit = reader.next().key as WindowFrame["unit"];
  if (!reader.take("BETWEEN")) return { unit, start: frameBound(reader) };
  const start = frameBound(reader);
  reader.expect("AND");
  return { unit, start, end: frameBound(reader) };
}

function frameBound(reader: TokenReader): FrameBound {
  for (const direction of ["PRECEDING", "FOLLOWING"] as const)
    if (reader.take("UNBOUNDED", direction)) return { bound: `UNBOUNDED ${direction}` };
  if (reader.take("CURRENT", "ROW")) return { bound: "CURRENT ROW" };
  const value = reader.expression();
  for (const bound of ["PRECEDING", "FOLLOWING"] as const) if (reader.take(bound)) return { bound, value };
  throw reader.fault(["'PRECEDING'", "'FOLLOWING'"]);
}

const withoutParentheses = [
  "CURRENT_DATE",
  "CURRENT_TIME",
  "CURRENT_TIMESTAMP",
  "LOCALTIME",
  "LOCALTIMESTAMP",
  "CURRENT_USER",
  "CURRENT_CATALOG",
  "CURRENT_SCHEMA",
];

/** Functions that the grammar writes in a way of their own. */
export function parseSpecialCall(reader: TokenReader): Expression | undefined {
  const { key, at } = reader.token;
  if (withoutParentheses.includes(key)) {
    reader.next();
    const given: Expression[] = reader.is("(")
      ? reader.parenthesized(() => [{ kind: "number", form: "integer", text: String(reader.integer()), at }])
      : [];
    return { kind: "call", ...plainCall, name: key.toLowerCase(), arguments: given, at };
  }
  if (reader.ahead(1).key !== "(") return undefined;
  const read = specialForms[key] ?? jsonForms[key];
  if (read === undefined) return undefined;
  reader.next();
  return read(reader, at);
}

const specialForms: Readonly<Record<string, (reader: TokenReader, at: Expression["at"]) => Expression>> = {
  EXTRACT: (reader, at) =>
    reader.parenthesized(() => {
      const field = reader.next().text.toUpperCase();
      reader.expect("FROM");
      return { kind: "extract", field, value: reader.expression(), at };
    }),
  POSITION: (reader, at) =>
    reader.parenthesized(() => {
      const part = reader.value();
      reader.expect("IN");
      return { kind: "call", ...plainCall, name: "strpos", arguments: [reader.value(), part], at };
    }),
  SUBSTRING: (reader, at) =>
    reader.parenthesized(() => {
      const given = [reader.expression()];
      if (reader.take("FROM")) {
        given.push(reader.expression());
        if (reader.take("FOR")) given.push(reader.expression());
      } else while (reader.take(",")) given.push(reader.expression());
      return { kind: "call", ...plainCall, name: "substring", arguments: given, at };
    }),
  TRIM: parseTrim,
  NORMALIZE: (reader, at) =>
    reader.parenthesized(() => {
      const value = reader.expression();
      const form = reader.take(",") ? reader.next().text.toUpperCase() : "NFC";
      return {
        kind: "call",
        ...plainCall,
        name: "normalize",
        arguments: [value, { kind: "string", value: form, at }],
        at,
      };
    }),
  LISTAGG: parseListagg,
  GROUPING: (reader, at) => callArguments(reader, "grouping", at),
};

function parseTrim(reader: TokenReader, at: Expression["at"]): Expression {
  return reader.parenthesized(() => {
    const side =
      reader.isOneOf(["BOTH", "LEADING", "TRAILING"]) && reader.ahead(1).key !== "," && reader.ahead(1).key !== ")"
        ? reader.next().key
        : undefined;
    const first = reader.is("FROM") ? undefined : reader.value();
    const name = side === "LEADING" ? "ltrim" : side === "TRAILING" ? "rtrim" : "trim";
    if (reader.take("FROM")) {
      const value = reader.value();
      return { kind: "call", ...plainCall, name, arguments: first === undefined ? [value] : [value, first], at };
    }
    const second = reader.take(",") ? reader.value() : undefined;
    return { kind: "call", ...plainCall, name, arguments: second === undefined ? [first!] : [first!, second], at };
  });
}

/** LISTAGG(value, separator ON OVERFLOW ...) WITHIN GROUP (ORDER BY ...). */
function parseListagg(reader: TokenReader, at: Expression["at"]): Expression {
  let distinct = false;
  const given = reader.parenthesized(() => {
    distinct = reader.take("DISTINCT");
    const items = reader.list(() => reader.expression());
    if (reader.is("ON", "OVERFLOW") && !reader.take("ON", "OVERFLOW", "ERROR"))
      throw new SqlFault("NOT_SUPPORTED", "LISTAGG with ON OVERFLOW TRUNCATE is not supported", reader.at);
    return items;
  });
  reader.expect("WITHIN", "GROUP");
  const orderBy = reader.parenthesized(() => parseOrderBy(reader));
  return {
    kind: "call",
    ...plainCall,
    name: "listagg",
    arguments: given,
    distinct,
    orderBy,
    ...parseSuffix(reader),
    at,
  };
}
