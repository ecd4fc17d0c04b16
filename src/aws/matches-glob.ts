/** Whether a text is one that a pattern of a policy stands for: `*` is any text, `?` any one character. */
export function matchesGlob(pattern: string, text: string): boolean {
  let [at, inText] = [0, 0];
  // Where the last star is, and up to where it has taken the text. Only that star ever takes more, so time is bounded.
  let [star, taken] = [-1, 0];
  while (inText < text.length) {
    if (pattern[at] === "*") {
      star = at++;
      taken = inText;
    } else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === text[inText])) {
      at++;
      inText++;
    } else if (star >= 0) {
      at = star + 1;
      inText = ++taken;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
