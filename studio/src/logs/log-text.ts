import { visibleText } from "../values/visible.ts";

/** A stretch of a line, as a terminal would show it. */
export interface Segment {
  readonly text: string;
  /** The number of a colour of terminals, 0 to 15. */
  readonly color?: number;
  readonly isBold?: boolean;
}

const begin = "\u001b";
/** A command to a terminal: colours (ending with m), moves and deletions, titles. */
const commands = new RegExp(
  [
    String.raw`${begin}\[([\d;:]*)m`,
    String.raw`${begin}\[[0-?]*[ -/]*[@-~]`,
    String.raw`${begin}\][^\u0007${begin}]*(?:\u0007|${begin}\\)`,
    String.raw`${begin}[@-Z\\-_]`,
  ].join("|"),
  "g",
);

/** What a program has written, without the end of its last line. */
const written = (message: string): string => message.replaceAll("\r\n", "\n").replace(/[\r\n]$/, "");

/** How many lines an event has: a stack trace is one event. */
export function rowsOf(message: string): number {
  let rows = 1;
  const text = written(message);
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) rows++;
  return rows;
}

/** The text of an event in its colours. What else it says to a terminal is left out; other signs are seen in their place. */
export function segmentsOf(message: string): readonly Segment[] {
  const text = written(message);
  if (!text.includes(begin)) return [{ text: visibleText(text) }];
  const segments: Segment[] = [];
  let style: Omit<Segment, "text"> = {};
  let from = 0;
  const add = (to: number) => {
    if (to > from) segments.push({ text: visibleText(text.slice(from, to)), ...style });
  };
  for (const command of text.matchAll(commands)) {
    add(command.index);
    from = command.index + command[0].length;
    if (command[1] !== undefined) style = styleAfter(style, command[1]);
  }
  add(text.length);
  return segments;
}

/** The style after a command such as "1;31". A colour that is mixed of three, or of the background, changes nothing. */
function styleAfter(before: Omit<Segment, "text">, parameters: string): Omit<Segment, "text"> {
  const codes = parameters.split(/[;:]/).map(Number);
  let style = before;
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index]!;
    const plain = { ...(style.isBold && { isBold: true }) };
    if (code === 0) style = {};
    else if (code === 1) style = { ...style, isBold: true };
    else if (code === 22) style = style.color === undefined ? {} : { color: style.color };
    else if (code >= 30 && code <= 37) style = { ...style, color: code - 30 };
    else if (code >= 90 && code <= 97) style = { ...style, color: code - 82 };
    else if (code === 39) style = plain;
    else if (code === 38 || code === 48) {
      const isOfTable = codes[index + 1] === 5;
      const color = codes[index + 2];
      if (code === 38) style = isOfTable && color !== undefined && color < 16 ? { ...plain, color } : plain;
      index += isOfTable ? 2 : 4;
    }
  }
  return style;
}
