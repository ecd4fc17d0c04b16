import { expect, it } from "vitest";
import { createRandom } from "../base/random.ts";
import { requiredText } from "./required-text.ts";

it.each([
  [String.raw`.*\[[0-9]+\].*#011train-auc:([-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?).*`, "#011train-auc:"],
  [String.raw`loss=(\S+)`, "loss="],
  ["Train Loss: (.*?);", "Train Loss: "],
  ["a(b)|c(d)", ""],
  ["(a|bcd)ef", "ef"],
  ["(?:(?:(abc)?)?)?de(f)", "de"],
  ["abc*(d)", "ab"],
  ["ab{0,2}cd{1}(e)", "a"],
  ["ab+cd(e)", "ab"],
  [String.raw`\u0041bc\x41d(e)`, "bc"],
  [String.raw`[a\]b(]xy(z)`, "xy"],
  [String.raw`\(x\)=(\d)`, "(x)="],
  [String.raw`(\d)`, ""],
])("what every match of %s holds is %j", (source, text) => {
  expect(requiredText(source)).toBe(text);
});

it("is in every match of expressions made at random", () => {
  const random = createRandom(7);
  const one = (choices: readonly string[]) => choices[random.below(choices.length)]!;
  const part = (depth: number): string => {
    const kinds = [
      "a",
      "b",
      "ab",
      ".",
      "[ab]",
      String.raw`[\]a]`,
      String.raw`\.`,
      String.raw`\x61`,
      String.raw`\u0062`,
    ];
    const piece =
      random.next() < 0.25 && depth < 4 ? `(${random.next() < 0.5 ? "?:" : ""}${whole(depth + 1)})` : one(kinds);
    return piece + one(["", "", "", "*", "+", "?", "{0,2}", "{2}", "*?"]);
  };
  const whole = (depth: number): string => {
    const parts = Array.from({ length: 1 + random.below(4) }, () => part(depth)).join("");
    return random.next() < 0.1 ? `${parts}|${part(depth)}` : parts;
  };
  let matches = 0;
  for (let count = 0; count < 3000; count++) {
    const source = whole(0);
    const [expression, text] = [new RegExp(source), requiredText(source)];
    for (let tries = 0; tries < 10; tries++) {
      const line = Array.from({ length: 8 }, () => one(["a", "b", ".", "]"])).join("");
      if (!expression.test(line)) continue;
      matches++;
      expect(line.includes(text), `${source} on ${line}: ${text}`).toBe(true);
    }
  }
  expect(matches).toBeGreaterThan(5000);
});
