import { expect, test } from "vitest";
import { splitStatements } from "./split-statements.ts";

test.each<[string, string[], string]>([
  ["SELECT 1", [], "SELECT 1"],
  ["SELECT 1; select 2 ;", ["SELECT 1", "select 2"], ""],
  ["SELECT 'a;''b', \"c;\", `d;` -- e;\n, f /* ; */; g", ["SELECT 'a;''b', \"c;\", `d;` -- e;\n, f /* ; */"], "g"],
  ["SELECT 'not closed; ", [], "SELECT 'not closed;"],
  ["SELECT 1; /* not closed; ", ["SELECT 1"], "/* not closed;"],
  ["-- only a comment;\n;; /* another */ ", [], ""],
  ["SELECT 6 - 4 / 2; ", ["SELECT 6 - 4 / 2"], ""],
  ["", [], ""],
])("%s", (text, statements, rest) => {
  expect(splitStatements(text)).toEqual({ statements, rest });
});
