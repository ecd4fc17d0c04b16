import { expect, test } from "vitest";
import { createHostNames } from "../wire/host-names.ts";
import { frontFinder } from "./find-front.ts";
import type { Front } from "./front.ts";
import { fronts } from "./fronts.gen.ts";

const names = createHostNames("box.example.com");
const find = frontFinder(await Promise.all(fronts.map((load) => load())), names);

test.each([
  ["GET", "/", "root"],
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
  ["GET", "/_studio", "studio"],
  ["GET", "/_studio/training-jobs", "studio"],
  ["GET", "/_studio/sign-in", "studio"],
  ["POST", "/_studio/session", "studio session"],
  ["PUT", "/_studio/api/bucket/key", "studio api"],
  ["POST", "/_studio/api", "studio api"],
])("%s %s is for the front %s", (method, path, name) => {
  expect(find({ method, path, query: "", headers: {} })?.name).toBe(name);
});

test.each([
  ["localhost:4620", "guide"],
  ["127.0.0.1:4620", "guide"],
  ["box.example.com", "guide"],
  // The server's guard refuses it in words; S3 would not.
  ["evil.example.org", "guide"],
  ["bucket.localhost:4620", undefined],
  ["bucket.box.example.com", undefined],
])("the host %s with a front's path leads to %s", (host, name) => {
  expect(find({ method: "GET", path: "/_sagebrush/guide", query: "", headers: { host } })?.name).toBe(name);
});

test("a front with a host has the requests to all names before it, and no others", () => {
  const app = { host: "apps", path: "/*" };
  const page = { path: "/_page" };
  const found = frontFinder<Pick<Front, "host" | "path" | "serves">>([page, app], names);
  const at = (host: string, path: string) => found({ method: "GET", path, query: "", headers: { host } });
  expect(at("one.apps.localhost:4620", "/any/path")).toBe(app);
  expect(at("two.apps.box.example.com", "/_page")).toBe(app);
  expect(at("localhost:4620", "/_page")).toBe(page);
  for (const host of ["apps.localhost", "localhost", "one.apps.example.org"]) expect(at(host, "/any")).toBeUndefined();
});
