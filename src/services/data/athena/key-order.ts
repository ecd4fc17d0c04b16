import type { Constant } from "../../../prep/sql/trino/predicate.ts";

/** How the values of a partition key are compared, which are texts. What cannot be compared is undefined. */
interface KeyOrder {
  /** What stands for a value; of two values the greater one has the greater. */
  value(text: string): string | bigint | undefined;
  /** A constant of a statement as a value of the key. */
  constant(constant: Constant): string | undefined;
}

const ordered = (text: string): string => (/^[ -~]*$/.test(text) ? text : Buffer.from(text).toString("latin1"));

const text: KeyOrder = {
  value: ordered,
  constant: ({ text, type }) => (type === "varchar" ? text : undefined),
};

const integer: KeyOrder = {
  value: (value) => (/^[+-]?\d{1,19}$/.test(value) ? BigInt(value) : undefined),
  constant({ text, type }) {
    const [, whole] = type === "integer" || type === "decimal" ? (/^(-?\d{1,18})(?:\.0*)?$/.exec(text) ?? []) : [];
    return whole;
  },
};

const decimal: KeyOrder = {
  value(value) {
    const [, sign, whole, fraction = ""] = /^([+-]?)(\d{1,38})(?:\.(\d{1,38}))?$/.exec(value) ?? [];
    if (whole === undefined) return undefined;
    const number = BigInt(whole + fraction.padEnd(38, "0"));
    return sign === "-" ? -number : number;
  },
  constant: ({ text, type }) =>
    (type === "integer" || type === "decimal") && /^-?\d{1,38}(\.\d{1,38})?$/.test(text) ? text : undefined,
};

const date: KeyOrder = {
  value: (value) => (/^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined),
  constant({ text, type }) {
    if (type === "date") return text;
    return type === "timestamp" && /^\S+ 00:00:00(\.0*)?$/.test(text) ? text.slice(0, 10) : undefined;
  },
};

const timestamp: KeyOrder = {
  value(value) {
    const [, second, fraction = ""] = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.(\d{1,9}))?$/.exec(value) ?? [];
    return second === undefined ? undefined : `${second}.${fraction.padEnd(9, "0")}`;
  },
  constant({ text, type }) {
    if (type === "date") return `${text} 00:00:00`;
    return type === "timestamp" ? text : undefined;
  },
};

const orders: Readonly<Record<string, KeyOrder>> = {
  ...{ string: text, varchar: text },
  ...{ tinyint: integer, smallint: integer, int: integer, integer, bigint: integer },
  ...{ decimal, date, timestamp },
};

/** The order of a type's values; undefined for a type whose values are not compared here. */
export const keyOrder = (type: string): KeyOrder | undefined => orders[/^\s*(\w*)/.exec(type.toLowerCase())![1]!];

/** Whether the catalog reads a value of this type as a number, and not as a text in quotes. */
export const isNumberKey = (type: string): boolean => {
  const order = keyOrder(type);
  return order === integer || order === decimal;
};
