import { SqlFault } from "../sql-fault.ts";
import type { Call } from "../syntax.ts";
import { quoteText } from "../value.ts";

/** A format that was read: pieces of text, and fields, each with DuckDB's specifier for it. */
interface DateFormat {
  /** DuckDB's text for a moment in this format. */
  write(moment: string): string;
  /** The format as DuckDB's strptime reads it. */
  pattern(): string;
}

interface Field {
  /** The specifier of strftime and strptime; undefined where it only writes. */
  readonly specifier?: string;
  /** How it is written where strftime has no specifier. */
  readonly text?: (moment: string) => string;
}

const of = (specifier: string): Field => ({ specifier });

/** The specifiers of MySQL, which date_format and date_parse have. */
const mysqlFields: Readonly<Record<string, Field>> = {
  a: of("%a"),
  b: of("%b"),
  c: of("%-m"),
  d: of("%d"),
  e: of("%-d"),
  f: of("%f"),
  H: of("%H"),
  h: of("%I"),
  I: of("%I"),
  i: of("%M"),
  j: of("%j"),
  k: of("%-H"),
  l: of("%-I"),
  M: of("%B"),
  m: of("%m"),
  p: of("%p"),
  r: of("%I:%M:%S %p"),
  S: of("%S"),
  s: of("%S"),
  T: of("%H:%M:%S"),
  v: { text: (moment) => `lpad(CAST(week(${moment}) AS VARCHAR), 2, '0')` },
  W: of("%A"),
  x: { text: (moment) => `CAST(isoyear(${moment}) AS VARCHAR)` },
  Y: of("%Y"),
  y: of("%y"),
  "%": of("%%"),
};

export function mysqlFormat(format: string, node: Call): DateFormat {
  const fields: Field[] = [];
  for (let index = 0; index < format.length; index++) {
    if (format[index] !== "%") {
      fields.push(literal(format[index]!));
      continue;
    }
    const letter = format[++index] ?? "";
    const field = mysqlFields[letter];
    if (field === undefined)
      throw new SqlFault("NOT_SUPPORTED", `%${letter} in a format of ${node.name} is not supported`, node.at);
    fields.push(field);
  }
  return dateFormat(fields, node);
}

/** The letters of Joda's patterns, by how often they stand. */
const jodaFields: Readonly<Record<string, Field>> = {
  yyyy: of("%Y"),
  YYYY: of("%Y"),
  y: of("%Y"),
  yy: of("%y"),
  MM: of("%m"),
  M: of("%-m"),
  MMM: of("%b"),
  MMMM: of("%B"),
  dd: of("%d"),
  d: of("%-d"),
  DDD: of("%j"),
  E: of("%a"),
  EE: of("%a"),
  EEE: of("%a"),
  EEEE: of("%A"),
  e: { text: (moment) => `CAST(isodow(${moment}) AS VARCHAR)` },
  xxxx: { text: (moment) => `CAST(isoyear(${moment}) AS VARCHAR)` },
  ww: { text: (moment) => `lpad(CAST(week(${moment}) AS VARCHAR), 2, '0')` },
  HH: of("%H"),
  H: of("%-H"),
  hh: of("%I"),
  h: of("%-I"),
  kk: { text: (moment) => `lpad(CAST((hour(${moment}) + 23) % 24 + 1 AS VARCHAR), 2, '0')` },
  mm: of("%M"),
  m: of("%-M"),
  ss: of("%S"),
  s: of("%-S"),
  SSS: of("%g"),
  a: of("%p"),
};

export function jodaFormat(format: string, node: Call): DateFormat {
  const fields: Field[] = [];
  for (const [piece, quoted, letter] of format.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']/g)) {
    const field =
      letter === undefined
        ? literal(quoted === "" ? "'" : (quoted?.replaceAll("''", "'") ?? piece))
        : jodaFields[piece];
    if (field === undefined)
      throw new SqlFault("NOT_SUPPORTED", `'${piece}' in a format of ${node.name} is not supported`, node.at);
    fields.push(field);
  }
  return dateFormat(fields, node);
}

/** The words of Teradata's formats, which to_timestamp, to_date and to_char have. */
const teradataFields: Readonly<Record<string, Field>> = {
  yyyy: of("%Y"),
  yy: of("%y"),
  mm: of("%m"),
  dd: of("%d"),
  hh24: of("%H"),
  hh: of("%I"),
  mi: of("%M"),
  ss: of("%S"),
};

export function teradataFormat(format: string, node: Call): DateFormat {
  const fields: Field[] = [];
  for (const [piece, word] of format.matchAll(/(yyyy|yy|mm|dd|hh24|hh|mi|ss)|[\s\S]/g)) {
    if (word === undefined && !/[-/,.;: ]/.test(piece))
      throw new SqlFault(
        "INVALID_FUNCTION_ARGUMENT",
        `Failed to tokenize string [${piece}] at offset [${format.indexOf(piece)}]`,
        node.at,
      );
    fields.push(word === undefined ? literal(piece) : teradataFields[word]!);
  }
  return dateFormat(fields, node);
}

const literal = (text: string): Field => ({ specifier: text.replaceAll("%", "%%") });

function dateFormat(fields: readonly Field[], node: Call): DateFormat {
  return {
    write(moment) {
      const pieces: string[] = [];
      let plain = "";
      const flush = () => {
        if (plain !== "") pieces.push(`strftime(${moment}, ${quoteText(plain)})`);
        plain = "";
      };
      for (const field of fields) {
        if (field.specifier !== undefined) plain += field.specifier;
        else {
          flush();
          pieces.push(field.text!(moment));
        }
      }
      flush();
      return pieces.length === 0 ? `left(CAST(${moment} AS VARCHAR), 0)` : `(${pieces.join(" || ")})`;
    },
    pattern() {
      return fields
        .map(({ specifier }) => {
          if (specifier === undefined)
            throw new SqlFault("NOT_SUPPORTED", `A field of the format is not supported by ${node.name}`, node.at);
          return specifier;
        })
        .join("");
    },
  };
}
