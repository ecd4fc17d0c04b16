import { closeSync, openSync, readSync } from "node:fs";
import { constants, gunzipSync } from "node:zlib";
import type { TextEncoding } from "../../prep/flows/flow-source.ts";
import { StepFault } from "../../prep/step-fault.ts";

/** A header is looked for in so much of a file. */
const mostBytes = 4 * 1024 * 1024;

/** Returns the values of the first line after those that are skipped. @throws StepFault when the text is not in the encoding */
export function firstRecord(
  file: string,
  { delimiter, encoding, skippedLines }: { delimiter: string; encoding: TextEncoding; skippedLines: number },
): readonly string[] {
  let text: string;
  const bytes = beginning(file);
  try {
    text = new TextDecoder(encoding === "latin-1" ? "latin1" : encoding, { fatal: true }).decode(bytes, {
      stream: bytes.length === mostBytes,
    });
  } catch {
    throw new StepFault(
      `The file ${JSON.stringify(file.slice(file.lastIndexOf("/") + 1))} is not encoded in ${encoding}. Name its encoding in the source: UTF_8, UTF_16 or ISO_8859_1.`,
    );
  }
  let at = 0;
  for (let line = 0; line < skippedLines; line++) {
    const end = text.indexOf("\n", at);
    if (end < 0) return [];
    at = end + 1;
  }
  return readRecord(text.slice(at), delimiter);
}

function beginning(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(mostBytes);
    const read = bytes.subarray(0, readSync(file, bytes));
    const isGzip = read[0] === 0x1f && read[1] === 0x8b;
    return isGzip ? gunzipSync(read, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, mostBytes) : read;
  } finally {
    closeSync(file);
  }
}

/** Values may be quoted, with a quote in them twice. */
export function readRecord(text: string, delimiter: string): readonly string[] {
  const values: string[] = [];
  let value = "";
  let isQuoted = false;
  for (let at = 0; at <= text.length; at++) {
    const character = text[at];
    if (isQuoted && character === '"' && text[at + 1] === '"') {
      value += '"';
      at++;
    } else if (character === '"') isQuoted = !isQuoted && value === "";
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
