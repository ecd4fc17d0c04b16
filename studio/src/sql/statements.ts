/** A statement in a text, and where it stands. */
export interface Statement {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** What a semicolon in it does not end: texts, quoted names, comments. The last alternative is any other character. */
const piece = /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`[^`]*(?:`|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|;|[\s\S]/g;

/** The statements of a text, without those that are comments alone. */
export function statementsIn(text: string): Statement[] {
  const found: Statement[] = [];
  let from = 0;
  let isEmpty = true;
  const end = (at: number) => {
    const whole = text.slice(from, at);
    const start = from + whole.search(/\S|$/);
    const trimmed = whole.trim();
    if (!isEmpty) found.push({ text: trimmed, from: start, to: start + trimmed.length });
    isEmpty = true;
  };
  for (const { 0: part, index } of text.matchAll(piece)) {
    if (part === ";") {
      end(index);
      from = index + 1;
    } else if (!/^(\s|--|\/\*)/.test(part)) isEmpty = false;
  }
  end(text.length);
  return found;
}

/** The statement in which a place is; between two, the one before it. */
export function statementAt(text: string, place: number): Statement | undefined {
  const all = statementsIn(text);
  return all.findLast(({ from }) => from <= place) ?? all[0];
}

/** Where in a statement a refusal says that its cause is: "line 2:8: Column 'x' cannot be resolved". */
export function placeIn(statement: string, refusal: string): number | undefined {
  const [, line, column] = /\bline (\d+):(\d+)/.exec(refusal) ?? [];
  if (line === undefined) return undefined;
  const before = statement.split("\n").slice(0, Number(line) - 1);
  const start = before.reduce((sum, one) => sum + one.length + 1, 0);
  return Math.min(start + Number(column) - 1, statement.length);
}

export interface NamedTable {
  readonly database?: string;
  readonly table: string;
  readonly alias?: string;
}

const name = '(?:"[^"]*"|[A-Za-z_][\\w$]*)';
const mention = new RegExp(
  `\\b(?:from|join|into|update|describe|table)\\s+(${name}(?:\\.${name})*)(?:\\s+(?:as\\s+)?(?!(?:where|on|join|left|right|inner|cross|full|group|order|limit|union|set|values|select|using|natural|tablesample|having|offset|fetch|window|when)\\b)(${name}))?`,
  "gi",
);
const plain = (word: string) => word.replace(/^"(.*)"$/, "$1").toLowerCase();

/** The tables that a statement names, as far as its words tell. */
export function tablesIn(statement: string): NamedTable[] {
  return [...statement.matchAll(mention)].map(([, path = "", alias]) => {
    const steps = path.match(new RegExp(name, "g"))!.map(plain);
    return { table: steps.at(-1)!, database: steps.at(-2), alias: alias && plain(alias) };
  });
}
