/**
 * Returns the longest text that every match of a regular expression holds, as far as its source shows: plain characters
 * in a row, outside of groups and classes. "" where there is none. A line without that text does not match, and to look
 * for a text costs a small part of a search that begins with ".*".
 * @param source of an expression without flags that compiles
 */
export function requiredText(source: string): string {
  let best = "";
  let row = "";
  const end = () => {
    if (row.length > best.length) best = row;
    row = "";
  };
  for (let at = 0; at < source.length; ) {
    const character = source[at]!;
    // A choice at the top leaves nothing that all matches hold.
    if (character === "|") return "";
    const next = character === "(" ? afterGroup(source, at) : character === "[" ? afterClass(source, at) : at + 1;
    if (character === "\\") {
      const escaped = source[at + 1]!;
      if (/[\p{L}\p{N}]/u.test(escaped)) end();
      else row += escaped;
      at = afterEscape(source, at);
      continue;
    }
    // "x*", "x?" and "x{0,2}" may do without their character; what follows "x+" need not follow the first x.
    if ("*?{".includes(character)) row = row.slice(0, -1);
    if ("()[]{}*+?.^$".includes(character)) end();
    else row += character;
    at = character === "{" ? afterCount(source, at) : next;
  }
  end();
  return best;
}

/** Skips an escape with the digits or the letter that belong to it. */
function afterEscape(source: string, at: number): number {
  const [whole] = /^\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[a-zA-Z]|\d+|[\s\S])/.exec(source.slice(at, at + 12))!;
  return at + whole.length;
}

const afterCount = (source: string, at: number): number =>
  at + (/^\{\d*,?\d*\}/.exec(source.slice(at))?.[0].length ?? 1);

function afterClass(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && source[at] !== "]") at += source[at] === "\\" ? 2 : 1;
  return at + 1;
}

function afterGroup(source: string, start: number): number {
  let depth = 0;
  for (let at = start; at < source.length; ) {
    const character = source[at];
    if (character === "(") depth++;
    if (character === ")" && --depth === 0) return at + 1;
    at = character === "[" ? afterClass(source, at) : at + (character === "\\" ? 2 : 1);
  }
  return source.length;
}
