import { expect, test } from "vitest";
import { putBack } from "./put-back.ts";

const begun = {
  Name: "t",
  Input: { Description: "a", Parameters: { metadata_location: "1" }, Columns: [{ Name: "x" }] },
};
const now = { Name: "t", Input: { Description: "b", Parameters: { metadata_location: "2", k: "v" } } };

test("what another has changed and the edit sends as it was is put back", () => {
  expect(putBack(begun, now, begun, false)).toEqual([
    "Input.Description",
    "Input.Parameters.metadata_location",
    "Input.Parameters.k",
    "Input.Columns",
  ]);
  expect(putBack(begun, begun, { ...begun, Name: "u" }, false)).toEqual([]);
});

test("what the edit changes itself is wanted so", () => {
  expect(putBack({ State: "OK" }, { State: "ALARM" }, { State: "INSUFFICIENT_DATA" }, false)).toEqual([]);
  expect(putBack({ Time: new Date(0) }, { Time: new Date(0) }, { Time: new Date(1) }, false)).toEqual([]);
});

test("an operation that leaves what it is not sent puts nothing of it back", () => {
  expect(putBack({}, { Description: "new" }, {}, true)).toEqual([]);
  expect(putBack({}, { Description: "new" }, {}, false)).toEqual(["Description"]);
});
