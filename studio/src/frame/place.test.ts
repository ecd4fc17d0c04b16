import { expect, test } from "vitest";
import { nameOfStep, placeOf, stepOf } from "./place.ts";

const names = [
  ...[
    "churn",
    "create",
    "Create",
    ".",
    "..",
    "...",
    "~",
    "~create",
    "~~",
    "a/b",
    "a%2Fb",
    "a%252Fb",
    "%25",
    "%",
    "a b",
  ],
  ...[
    "a?b#c",
    "a+b",
    "\u202eevil",
    "naïve 雪 🙂",
    "a\\b",
    "C:\\",
    "a;b=c",
    "arn:aws:x:y:z:w/v",
    " ",
    "'\"<>&",
    "%2e%2E",
  ],
];

test.each(names)("%s has an address of its own, which leads to it", (name) => {
  const address = new URL(`http://host/_studio/alarm/${stepOf(name)}`).pathname;
  expect(placeOf(address.slice("/_studio".length))).toEqual({ path: "alarm", creates: false, name });
  const ofAction = new URL(`http://host/_studio/alarm/${stepOf(name)}/edit`).pathname;
  expect(placeOf(ofAction.slice("/_studio".length))).toEqual({ path: "alarm", creates: false, name, action: "edit" });
});

test("no two names share an address", () => {
  expect(new Set(names.map(stepOf)).size).toBe(names.length);
});

test("other addresses are lists, forms, or no page", () => {
  expect(placeOf("/alarm")).toEqual({ path: "alarm", creates: false });
  expect(placeOf("/alarm/")).toEqual({ path: "alarm", creates: false });
  expect(placeOf("/alarm/create")).toEqual({ path: "alarm", creates: true });
  expect(placeOf("/alarm/create/edit")).toBeUndefined();
  expect(placeOf("/alarm/a/b/c")).toBeUndefined();
  expect(placeOf("/")).toEqual({ path: "", creates: false });
});

test("what is no escaped text is a name as it stands, and half a sign does not break a list", () => {
  expect(nameOfStep("%E0%A4%A")).toBe("%E0%A4%A");
  expect(stepOf("a\ud800")).toBe("a%EF%BF%BD");
});
