/** Signs that are not seen, or that turn what stands around them: controls, marks of direction, breaks of lines. */
const unseen = /[\p{Cc}\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/gu;

/** A sign that is seen in its place: "␛", "␊" or "\u202e". */
function shownAs(sign: string): string {
  const code = sign.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return `\\u${code.toString(16).padStart(4, "0")}`;
}

/** A name as it is shown: whatever is in it is seen, and stays in its place. */
export const visibleName = (name: string): string => name.replace(unseen, shownAs);

/** The same for a text, whose lines and tabs stay. */
export const visibleText = (text: string): string =>
  text.replace(unseen, (sign) => (sign === "\n" || sign === "\t" ? sign : shownAs(sign)));
