import { expect, test } from "vitest";
import { visibleName, visibleText } from "./visible.ts";

test.each([
  ["churn 雪 🙂 naïve", "churn 雪 🙂 naïve"],
  ["a\u202egpj.exe", "a\\u202egpj.exe"],
  ["\u2066x\u2069", "\\u2066x\\u2069"],
  ["a\nb\tc\r", "a␊b␉c␍"],
  ["\u001b[31m\u0000\u007f\u0085", "␛[31m␀␡\\u0085"],
  ["zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"],
  // Emoji and scripts are joined by it.
  ["👩\u200d💻", "👩\u200d💻"],
])("of the name %j all is seen", (name, shown) => {
  expect(visibleName(name)).toBe(shown);
});

test("a text keeps its lines and tabs", () => {
  expect(visibleText("a\tb\n\u202ec\u2028d\r\n")).toBe("a\tb\n\\u202ec\\u2028d␍\n");
});
