import { expect, test } from "vitest";
import { checkPlaces } from "./write-to.ts";

test.each([
  [{ html: "-", json: "-" }, "--html and --json both write stdout"],
  [{ csv: "x.csv", json: "x.csv" }, "--csv and --json both write x.csv"],
  [{ html: "not/there/x.html" }, "there is no folder not/there"],
])("what cannot be written as asked is said first: %j", (options, words) => {
  expect(() => checkPlaces(options, ["csv", "html", "json"])).toThrow(words);
});

test("other places are as they may be", () => {
  expect(() => checkPlaces({ html: "-", json: "x.json", other: "not/there" }, ["csv", "html", "json"])).not.toThrow();
});
