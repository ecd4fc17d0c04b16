import { expect, test } from "vitest";
import { namedIn } from "./named-in.ts";

const { of, input } = namedIn("DatabaseName", "Name");

test.each([
  ["sales", "orders", "sales/orders"],
  ["a/b", "c", "a%2Fb/c"],
  ["a", "b/c", "a/b/c"],
  ["a%2Fb", "c%2Fd", "a%252Fb/c%2Fd"],
  ["%", "%", "%25/%"],
])("%s and %s are %s, which leads to both", (DatabaseName, Name, name) => {
  expect(of({ DatabaseName, Name })).toBe(name);
  expect(input(name)).toEqual({ DatabaseName, Name });
});

test("what has no slash names nothing", () => {
  expect(() => input("orders")).toThrow('"orders" names nothing: it has to be written "DatabaseName/Name".');
});
