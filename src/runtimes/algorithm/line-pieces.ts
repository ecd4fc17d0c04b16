import { closeSync, openSync, readSync } from "node:fs";
import { shellWord } from "../../base/shell-word.ts";
import { DataError, type DataPlace, type DataSource } from "../../ml/data/data-error.ts";

const pieceBytes = 16 * 2 ** 20;
const newline = 10;

/** The first bytes of files that are not text, with advice for each. */
const otherFormats = [
  {
    magic: [0x1f, 0x8b],
    problem: (file: string) => `is compressed by gzip; unpack it with \`gunzip ${shellWord(file)}\``,
  },
  { magic: [0x50, 0x41, 0x52, 0x31], problem: () => "is a Parquet file; set the ContentType to application/x-parquet" },
];

/**
 * Reads a text file in pieces of whole lines, so that neither memory nor the largest buffer limits its size.
 *
 * @param source the name of the file in messages
 */
export function* linePieces(path: string, source: DataSource): Generator<{ bytes: Uint8Array; place: DataPlace }> {
  const file = openSync(path, "r");
  try {
    let line = 1;
    let rest: Uint8Array = new Uint8Array(0);
    for (let isFirst = true; ; isFirst = false) {
      const buffer = Buffer.allocUnsafe(rest.length + pieceBytes);
      buffer.set(rest);
      const end = rest.length + readSync(file, buffer, rest.length, pieceBytes, null);
      if (isFirst) checkFormat(buffer.subarray(0, end), source);
      const isLast = end === rest.length;
      const wholeLines = isLast ? end : buffer.lastIndexOf(newline, end - 1) + 1;
      const bytes = buffer.subarray(0, wholeLines);
      if (bytes.length > 0) yield { bytes, place: { ...source, line } };
      if (isLast) return;
      line += countLines(bytes);
      rest = buffer.subarray(wholeLines, end);
    }
  } finally {
    closeSync(file);
  }
}

function checkFormat(start: Uint8Array, source: DataSource): void {
  const other = otherFormats.find(({ magic }) => magic.every((byte, i) => start[i] === byte));
  if (other) throw new DataError(source, `the file ${other.problem(source.file)}.`);
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count++;
  return count;
}
