import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readRefusals, refusalsIn } from "./read-refusals.ts";

const source = join(import.meta.dirname, "..", "..", "src");
const read = (text: string) => refusalsIn("a.ts", text).map(({ file, ...refusal }) => refusal);

test("reads texts, templates, constants and lists, and what to do instead", () => {
  expect(
    read(`
      const more = ["C", "D"] as const;
      const kinds = { A: 1, B: 2 };
      const usable = Object.keys(kinds).join(", ");
      throw notBuilt(context, "Mode X", "use Y");
      throw notBuilt(context, \`Size \${input.Size}\`);
      throw notBuilt(\`Kind \${kind}\`, \`use \${usable}\`);
      throw notBuiltFault(code, "Forms", version, "sign it");
      refuseMembers(context, input, "", ["A", ...more, ...(["E"] as const)]);
      const unbuilt = { what: "A script", instead: "leave it out" };
      const wrong = { kind: "value", what: "A value", instead: "give another" };
    `),
  ).toEqual([
    { what: "Mode X", instead: "use Y" },
    { what: "Size _Size_", instead: "leave it out" },
    { what: "Kind _kind_", instead: "use A, B" },
    { what: "Forms", instead: "sign it" },
    { what: "", members: ["A", "C", "D", "E"], instead: "leave it out" },
    { what: "A script", instead: "leave it out" },
  ]);
});

test("of two constants with one name the one before the call is meant", () => {
  const twice = `
    function one() { const path = "One."; refuseMembers(context, a, path, ["A"]); }
    function two() { const path = \`Two \${name}: \`; refuseMembers(context, b, path, ["B"]); }`;
  expect(read(twice).map(({ what }) => what)).toEqual(["One.", "Two _name_: "]);
});

test("a refusal in words that cannot be read is an error that says where, not a gap in the guide", () => {
  const computed = "\n\nthrow notBuilt(context, wordsFor(input));";
  expect(() => refusalsIn("services/x.ts", computed)).toThrow("src/services/x.ts:3 refuses something in words that");
  expect(() => refusalsIn("a.ts", "refuseMembers(context, a, path, all())")).toThrow("src/a.ts:1 refuses");
  // Handed on by what declares it elsewhere.
  expect(refusalsIn("a.ts", "throw notBuilt(context, problem.what, problem.instead)")).toEqual([]);
});

test("no call of the source is passed over: the page has its members", () => {
  const page = readFileSync(join(source, "..", "docs", "guide", "refused.md"), "utf8");
  const refusals = readRefusals(source);
  for (const { members = [] } of refusals)
    for (const member of members) expect(page).toMatch(new RegExp(`[\`.]${member}\``));
  expect(refusals.length).toBeGreaterThan(50);
});
