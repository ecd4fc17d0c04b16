import { closeSync, openSync, readSync } from "node:fs";
import * as zlib from "node:zlib";
import { StepFault } from "../../prep/step-fault.ts";

/** A header is looked for in the beginning of a file, and when it does not end there, in so much of it. */
const usualBytes = 64 * 1024;
const mostBytes = 4 * 1024 * 1024;

export interface CsvStart {
  readonly delimiter: string;
  /** As the engine reads it: texts in other encodings are rewritten before. */
  readonly encoding: "utf-8" | "latin-1";
  readonly skippedLines: number;
}

/** Returns the values of the first line after those that are skipped. @throws StepFault when the text is not in the encoding */
export function firstRecord(file: string, uri: string, start: CsvStart): readonly string[] {
  const [begun, isWhole] = beginning(file, usualBytes);
  const record = recordIn(begun, isWhole, uri, start);
  if (record !== undefined) return record;
  const [bytes, isAll] = beginning(file, mostBytes);
  const long = recordIn(bytes, isAll, uri, start);
  if (long !== undefined) return long;
  throw new StepFault(
    `The first line of ${uri} has no end in the first 4 MiB. Is the delimiter ${JSON.stringify(start.delimiter)} right, and is a quote closed?`,
  );
}

/** Undefined where the record goes on after the bytes. */
function recordIn(
  bytes: Buffer,
  isWhole: boolean,
  uri: string,
  { delimiter, encoding, skippedLines }: CsvStart,
): readonly string[] | undefined {
  let text: string;
  try {
    text = new TextDecoder(encoding === "latin-1" ? "latin1" : encoding, { fatal: true }).decode(bytes, {
      stream: !isWhole,
    });
  } catch {
    throw new StepFault(
      `The file ${uri} is not encoded in ${encoding}. Name its encoding in the source, s3CsvEncodingType: UTF_8, UTF_16 or ISO_8859_1, for example.`,
    );
  }
  let at = 0;
  for (let line = 0; line < skippedLines; line++) {
    const end = text.indexOf("\n", at);
    if (end < 0) return isWhole ? [] : undefined;
    at = end + 1;
  }
  return readRecord(text.slice(at), delimiter, isWhole);
}

function beginning(path: string, most: number): readonly [bytes: Buffer, isWhole: boolean] {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(most);
    const read = bytes.subarray(0, readSync(file, bytes));
    const isWhole = read.length < most;
    if (/\.gz$/i.test(path)) {
      const text = zlib.gunzipSync(read, { finishFlush: zlib.constants.Z_SYNC_FLUSH });
      return [text.subarray(0, mostBytes), isWhole && text.length <= mostBytes];
    }
    if (/\.zst$/i.test(path)) {
      const text = zlib.zstdDecompressSync(read, { finishFlush: zlib.constants.ZSTD_e_flush });
      return [text.subarray(0, mostBytes), isWhole && text.length <= mostBytes];
    }
    return [read, isWhole];
  } finally {
    closeSync(file);
  }
}

/** Values may be quoted, with a quote in them twice. */
function readRecord(text: string, delimiter: string, isWhole: boolean): readonly string[] | undefined {
  const values: string[] = [];
  let value = "";
  let isQuoted = false;
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (isQuoted && character === '"' && text[at + 1] === '"') {
      value += '"';
      at++;
    } else if (character === '"') isQuoted = !isQuoted && value === "";
    else if (character === undefined && !isWhole) return undefined;
    else if (character === undefined || (!isQuoted && (character === "\n" || character === "\r"))) {
      if (text !== "") values.push(value);
      return values;
    } else if (!isQuoted && character === delimiter) {
      values.push(value);
      value = "";
    } else value += character;
  }
  return values;
}
