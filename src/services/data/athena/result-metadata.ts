/** A column of a result, as GetQueryResults shows it. */
export interface ShownColumn {
  readonly name: string;
  /** Athena's name of the type: "varchar", "integer", "decimal". */
  readonly type: string;
  readonly precision: number;
  readonly scale: number;
  readonly caseSensitive: boolean;
}

const precisions: Readonly<Record<string, number>> = {
  tinyint: 3,
  smallint: 5,
  integer: 10,
  bigint: 19,
  float: 17,
  double: 17,
  decimal: 38,
  varchar: 2_147_483_647,
  string: 0,
  varbinary: 1_073_741_824,
  timestamp: 3,
  "timestamp with time zone": 3,
  time: 3,
};

/** Returns a column of a result from its type in Trino's words: "decimal(10,2)", "array(varchar)". */
export function shownColumn({ name, type }: { readonly name: string; readonly type: string }): ShownColumn {
  const [, base = type, numbers = "", zone = ""] =
    /^([a-z ]+?)\s*(?:\(([^)]*).*?\))?( with time zone)?$/is.exec(type) ?? [];
  const lower = `${base.toLowerCase()}${zone.toLowerCase()}`;
  const shown = lower === "real" ? "float" : lower;
  const [first, second] = numbers.split(",").map(Number);
  const hasNumbers = ["decimal", "varchar", "char", "timestamp", "time", "timestamp with time zone"].includes(shown);
  const precision = hasNumbers && Number.isInteger(first) && numbers !== "" ? first! : (precisions[shown] ?? 0);
  return {
    ...{ name, type: shown, precision },
    scale: shown === "decimal" && Number.isInteger(second) ? second! : 0,
    caseSensitive: shown === "varchar" || shown === "char",
  };
}

/**
 * The file `.metadata` beside a result: fields of protocol buffers. Field 1 is the query's id, each field 4 a column: 1
 * catalog, 4 name, 5 label, 6 type, 7 precision, 8 scale, 9 nullability (3: unknown), 10 whether case matters.
 */
export function writeMetadata(queryId: string, columns: readonly ShownColumn[]): Buffer {
  const parts = columns.map(({ name, type, precision, scale, caseSensitive }) => {
    const texts = [text(1, "hive"), text(4, name), text(5, name), text(6, type)];
    return bytes(
      4,
      Buffer.concat([
        ...texts,
        number(7, precision),
        number(8, scale),
        number(9, 3),
        number(10, Number(caseSensitive)),
      ]),
    );
  });
  return Buffer.concat([text(1, queryId), ...parts]);
}

export function readMetadata(file: Uint8Array): ShownColumn[] {
  return fieldsOf(file)
    .filter(({ field }) => field === 4)
    .map(({ value }) => {
      const column = new Map(fieldsOf(value as Uint8Array).map((one) => [one.field, one.value]));
      const textOf = (field: number) =>
        Buffer.from((column.get(field) as Uint8Array | undefined) ?? []).toString("utf8");
      const numberOf = (field: number) => (column.get(field) as number | undefined) ?? 0;
      return {
        ...{ name: textOf(4), type: textOf(6), precision: numberOf(7), scale: numberOf(8) },
        caseSensitive: numberOf(10) === 1,
      };
    });
}

const [varint, lengthDelimited] = [0, 2];

function number(field: number, value: number): Buffer {
  return Buffer.from([...varintBytes(field * 8 + varint), ...varintBytes(value)]);
}
const bytes = (field: number, value: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([...varintBytes(field * 8 + lengthDelimited), ...varintBytes(value.length)]), value]);
const text = (field: number, value: string): Buffer => bytes(field, Buffer.from(value, "utf8"));

function varintBytes(value: number): number[] {
  const all: number[] = [];
  let rest = value;
  while (rest >= 128) {
    all.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...all, rest];
}

function fieldsOf(message: Uint8Array): { readonly field: number; readonly value: number | Uint8Array }[] {
  const fields: { field: number; value: number | Uint8Array }[] = [];
  let at = 0;
  const next = () => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = message[at++] ?? 0;
      value += (byte % 128) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  };
  while (at < message.length) {
    const head = next();
    const field = Math.floor(head / 8);
    if (head % 8 === varint) fields.push({ field, value: next() });
    else {
      const length = next();
      fields.push({ field, value: message.subarray(at, at + length) });
      at += length;
    }
  }
  return fields;
}
