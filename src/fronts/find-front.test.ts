import { expect, test } from "vitest";
import { frontFinder } from "./find-front.ts";
import { fronts } from "./fronts.gen.ts";

const find = frontFinder(await Promise.all(fronts.map((load) => load())));

test.each([
  ["GET", "/", "home-page"],
  ["POST", "/", undefined],
  ["GET", "/bucket", undefined],
  ["GET", "/_sagebrush/status", "administration"],
  ["POST", "/_sagebrush/reset", "administration"],
  ["GET", "/_sagebrush/none", "administration"],
  ["GET", "/_sagebrush/identity", "identity"],
  ["GET", "/_sagebrush/guide", "guide"],
  ["GET", "/_sagebrush/guide/xgboost", "guide"],
  ["GET", "/_sagebrush/guidebook", "administration"],
  ["GET", "/_sagebrushes/x", undefined],
])("%s %s is for the front %s", (method, path, name) => {
  expect(find({ method, path, query: "", headers: {} })?.name).toBe(name);
});
