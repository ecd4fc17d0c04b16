import { expect, test } from "vitest";
import { quoted, savedAddress, sqlAddress } from "./sql-address.ts";

test.each([
  ["orders", "orders"],
  ["from", '"from"'],
  ["order", '"order"'],
  ["2t", '"2t"'],
  ["Mixed", '"Mixed"'],
  ['q"uote', '"q""uote"'],
  ["my table.x", '"my table.x"'],
])("the name %s is written %s", (name, written) => {
  expect(quoted(name)).toBe(written);
});

test("the room opens where something was, and empty", () => {
  expect(sqlAddress({})).toBe("/sql");
  expect(savedAddress({ Database: "d", WorkGroup: "g", QueryString: "SELECT 1" })).toBe(
    "/sql?database=d&workGroup=g&text=SELECT+1",
  );
});
