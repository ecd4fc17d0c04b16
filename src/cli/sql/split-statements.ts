/** What statements are made of, as far as a semicolon within it ends none. */
const pieces = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|;|['"`]|\/\*|[^;'"`\-/]+|[-/]/g;

export interface SplitText {
  /** Statements that a semicolon ends. */
  readonly statements: readonly string[];
  /** What stands behind the last of them; empty when that is blank or a comment. */
  readonly rest: string;
}

/** Divides a text into its statements. A quote or comment that is not closed is part of the rest. */
export function splitStatements(text: string): SplitText {
  const statements: string[] = [];
  let [current, says] = ["", false];
  for (const { 0: piece, index } of text.matchAll(pieces)) {
    if (piece === ";") {
      if (says) statements.push(current.trim());
      [current, says] = ["", false];
      continue;
    }
    if (/^(?:['"`]|\/\*)$/.test(piece)) return { statements, rest: (current + text.slice(index)).trim() };
    current += piece;
    says ||= !/^(?:--|\/\*|\s+$)/.test(piece);
  }
  return { statements, rest: says ? current.trim() : "" };
}
