/** A type of a result's column, in Trino's words. */
export interface TrinoType {
  /** "varchar", "decimal", "timestamp with time zone", "array". */
  readonly name: string;
  /** Lengths, precision and scale. */
  readonly numbers: readonly number[];
  /** Of arrays, maps and rows. */
  readonly parts: readonly { readonly name?: string; readonly type: TrinoType }[];
}

/** Reads a type: "array(row(a integer, b varchar(3)))", "timestamp(3) with time zone". */
export function parseTrinoType(text: string): TrinoType {
  const [, name = "", inside, after = ""] =
    /^\s*([a-z0-9_" ]+?)\s*(?:\((.*)\))?\s*( with time zone| without time zone)?\s*$/is.exec(text) ?? [undefined, text];
  const zoned = after.trim().toLowerCase() === "with time zone" ? " with time zone" : "";
  const base = `${name.toLowerCase()}${zoned}`;
  if (inside === undefined) return { name: base, numbers: [], parts: [] };
  const pieces = piecesOf(inside);
  if (base === "row") return { name: base, numbers: [], parts: pieces.map((piece) => fieldOf(piece)) };
  if (base === "array" || base === "map")
    return { name: base, numbers: [], parts: pieces.map((piece) => ({ type: parseTrinoType(piece) })) };
  return { name: base, numbers: pieces.map(Number), parts: [] };
}

const types =
  /^(boolean|tinyint|smallint|integer|int|bigint|real|double|decimal|varchar|char|varbinary|json|date|time|timestamp|interval|array|map|row|uuid|ipaddress|unknown|hyperloglog|p4hyperloglog|qdigest|tdigest)\b/i;

function fieldOf(text: string) {
  const [, name, type] = /^\s*("(?:[^"]|"")*"|\S+)\s+(.+)$/s.exec(text) ?? [];
  const isNamed = name !== undefined && type !== undefined && types.test(type.trim());
  return isNamed
    ? { name: name.replace(/^"|"$/g, "").replaceAll('""', '"'), type: parseTrinoType(type) }
    : { type: parseTrinoType(text) };
}

/** Splits at the commas that are in no parentheses and no quotes. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let [depth, start, quoted] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    if (quoted) continue;
    if (character === "(") depth++;
    if (character === ")") depth--;
    if (character === "," && depth === 0) {
      pieces.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...pieces, text.slice(start)].map((piece) => piece.trim());
}
