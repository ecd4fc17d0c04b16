/** A row, and the byte behind its line. */
export interface CsvRow {
  readonly values: readonly (string | undefined)[];
  readonly end: number;
}

const [quote, comma, newline] = ['"', ",", "\n"].map((character) => character.charCodeAt(0));

/** Reads the lines of a result's CSV from its pieces: values in quotes, and nothing at all for null. */
export function createCsvReader() {
  const rows: CsvRow[] = [];
  let rest: Buffer = Buffer.alloc(0);
  /** The byte at which `rest` begins. */
  let at = 0;
  return {
    rows: rows as readonly CsvRow[],
    take(piece: Buffer) {
      const text = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      let start = 0;
      let isQuoted = false;
      let values: (string | undefined)[] = [];
      let valueStart = 0;
      for (let index = 0; index < text.length; index++) {
        const byte = text[index];
        if (byte === quote) isQuoted = !isQuoted;
        else if (!isQuoted && (byte === comma || byte === newline)) {
          values.push(textOf(text.subarray(valueStart, index)));
          valueStart = index + 1;
          if (byte === comma) continue;
          start = index + 1;
          rows.push({ values, end: at + start });
          values = [];
        }
      }
      rest = text.subarray(start);
      at += start;
    },
  };
}

function textOf(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return undefined;
  return bytes.toString("utf8").slice(1, -1).replaceAll('""', '"');
}
