import type { Batch } from "../../engines/port.ts";
import type { ValueText } from "./result-text.ts";

const quoted = (text: string): string => `"${text.includes('"') ? text.replaceAll('"', '""') : text}"`;

/** Returns the names of columns as a line of CSV. */
export const headerLine = (names: readonly string[]): string => `${names.map(quoted).join(",")}\n`;

/** Returns the rows of a batch as lines of CSV: every value is quoted, and null is nothing at all. */
export function csvLines({ columns, rowCount }: Batch, texts: readonly ValueText[]): string {
  let lines = "";
  for (let row = 0; row < rowCount; row++) {
    for (let column = 0; column < texts.length; column++) {
      if (column > 0) lines += ",";
      const value = columns[column]![row];
      if (value !== null) lines += quoted(texts[column]!(value as never));
    }
    lines += "\n";
  }
  return lines;
}
