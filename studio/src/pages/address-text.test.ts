import { expect, test } from "vitest";
import { AddressText } from "./address-text.ts";

test("the address is told once of what was typed, and what it says then is no other text", () => {
  const text = new AddressText("");
  text.type("chu");
  text.type("churn");
  expect(text.tells("churn")).toBe(true);
  expect(text.tells("churn")).toBe(false);
  text.type("churn-1");
  expect(text.follows("churn")).toBe(false);
  expect(text.tells("churn-1")).toBe(true);
});

test("going back and forward is followed, and ends what was about to be told", () => {
  const text = new AddressText("");
  text.type("churn");
  text.tells("churn");
  text.type("churn-1");
  expect(text.follows("")).toBe(true);
  expect(text.tells("churn-1")).toBe(false);
  expect(text.follows("churn")).toBe(true);
});

test("a page that was left tells nothing", () => {
  const text = new AddressText("");
  text.type("churn");
  text.leave();
  expect(text.tells("churn")).toBe(false);
  text.open();
  expect(text.tells("churn")).toBe(true);
});
