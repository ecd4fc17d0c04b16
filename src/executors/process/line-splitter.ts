import { StringDecoder } from "node:string_decoder";

/** Longer lines are split. A log event of CloudWatch holds 256 KiB. */
const longestLine = 64 * 1024;

/**
 * Splits bytes into lines as they arrive. A line ends with a line feed; a carriage return before it is dropped. Bytes
 * that are not UTF-8 become U+FFFD.
 */
export function createLineSplitter(onLines: (lines: string[]) => void): { push(bytes: Buffer): void; end(): void } {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  const take = (text: string) => {
    const pieces = (rest + text).split("\n");
    rest = pieces.pop()!;
    const lines = pieces.flatMap((piece) => cut(piece.endsWith("\r") ? piece.slice(0, -1) : piece));
    while (rest.length > longestLine) {
      lines.push(rest.slice(0, longestLine));
      rest = rest.slice(longestLine);
    }
    if (lines.length > 0) onLines(lines);
  };
  return {
    push: (bytes) => take(decoder.write(bytes)),
    end() {
      take(decoder.end());
      if (rest !== "") onLines([rest]);
      rest = "";
    },
  };
}

function cut(line: string): string[] {
  if (line.length <= longestLine) return [line];
  const parts: string[] = [];
  for (let from = 0; from < line.length; from += longestLine) parts.push(line.slice(from, from + longestLine));
  return parts;
}
