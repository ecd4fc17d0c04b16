import { expect, test } from "vitest";
import { createBucketFinder } from "./bucket-host.ts";

const pathOf = (host: string | undefined, hostName = "", path = "/a%2Fb//c") =>
  createBucketFinder(hostName)({ method: "GET", path, query: "", headers: { host } }).path;

test.each([
  ["bucket.localhost:4620", "/bucket/a%2Fb//c"],
  ["Bucket.LOCALHOST", "/bucket/a%2Fb//c"],
  ["a.bucket.with.dots.localhost:80", "/a.bucket.with.dots/a%2Fb//c"],
  ["bucket.s3.localhost:4620", "/bucket/a%2Fb//c"],
])("a bucket in the host's name %s is put before the path", (host, path) => {
  expect(pathOf(host)).toBe(path);
});

test.each([
  undefined,
  "",
  "localhost:4620",
  "s3.localhost",
  "127.0.0.1:4620",
  "[::1]:4620",
  "box.example.com",
  ".localhost",
])("the host %s has no bucket", (host) => {
  expect(pathOf(host)).toBe("/a%2Fb//c");
});

test("the server's own name is known by the setting", () => {
  expect(pathOf("bucket.box.example.com:4620", "box.example.com")).toBe("/bucket/a%2Fb//c");
  expect(pathOf("box.example.com", "box.example.com")).toBe("/a%2Fb//c");
  expect(pathOf("bucket.box.localhost", "box.localhost")).toBe("/bucket/a%2Fb//c");
  expect(pathOf("bucket.other.com", "box.example.com")).toBe("/a%2Fb//c");
});

test("a request of the bucket itself", () => {
  expect(pathOf("bucket.localhost", "", "/")).toBe("/bucket/");
});
