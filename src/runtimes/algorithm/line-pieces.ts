import { shellWord } from "../../base/shell-word.ts";
import { DataError, type DataPlace, type DataSource } from "../../ml/data/data-error.ts";
import { filePieces } from "./file-pieces.ts";

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
  let line = 1;
  let rest: Uint8Array = new Uint8Array(0);
  let isFirst = true;
  for (const piece of filePieces(path)) {
    if (isFirst) checkFormat(piece, source);
    isFirst = false;
    const buffer =
      rest.length === 0 ? Buffer.from(piece.buffer, piece.byteOffset, piece.length) : Buffer.concat([rest, piece]);
    const wholeLines = buffer.lastIndexOf(newline) + 1;
    rest = buffer.subarray(wholeLines);
    if (wholeLines === 0) continue;
    const bytes = buffer.subarray(0, wholeLines);
    yield { bytes, place: { ...source, line } };
    line += countLines(bytes);
  }
  if (rest.length > 0) yield { bytes: rest, place: { ...source, line } };
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
