import { dataFault } from "./transform-fault.ts";

/** Returns the fields of a line as they are written, quotes and all. @throws TransformFault for misplaced quotes */
export function csvFields(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
  const fields: string[] = [];
  for (let at = 0; ; ) {
    const end = line[at] === '"' ? endOfQuoted(line, at) : endOfPlain(line, at);
    fields.push(line.slice(at, end));
    if (end === line.length) return fields;
    at = end + 1;
  }
}

function endOfPlain(line: string, at: number): number {
  const comma = line.indexOf(",", at);
  const end = comma < 0 ? line.length : comma;
  const quote = line.indexOf('"', at);
  if (quote >= 0 && quote < end) throw malformed(line, "a quote within a field that is not quoted");
  return end;
}

function endOfQuoted(line: string, start: number): number {
  for (let at = start + 1; ; at += 2) {
    at = line.indexOf('"', at);
    if (at < 0) throw malformed(line, "a quoted field without its end; a field cannot hold the end of a line");
    if (line[at + 1] === '"') continue;
    if (at + 1 === line.length || line[at + 1] === ",") return at + 1;
    throw malformed(line, "text after a quoted field");
  }
}

const shownCharacters = 100;

const malformed = (line: string, why: string) =>
  dataFault(`Failed to parse line ${JSON.stringify(line.slice(0, shownCharacters))} as CSV: ${why}.`);
