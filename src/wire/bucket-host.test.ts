import { expect, test } from "vitest";
import { createBucketFinder } from "./bucket-host.ts";

const bucketOf = (host: string | undefined, hostName = "") =>
  createBucketFinder(hostName)({ method: "GET", path: "/a", query: "", headers: { host } });

test.each([
  ["bucket.localhost:4620", "bucket"],
  ["Bucket.LOCALHOST", "bucket"],
  ["a.bucket.with.dots.localhost:80", "a.bucket.with.dots"],
  ["bucket.s3.localhost:4620", "bucket"],
])("%s names the bucket %s", (host, bucket) => {
  expect(bucketOf(host)).toBe(bucket);
});

const others = ["", "localhost:4620", "s3.localhost", "127.0.0.1:4620", "[::1]:4620", "box.example.com", ".localhost"];
test.each([undefined, ...others])("%s names none", (host) => {
  expect(bucketOf(host)).toBe("");
});

test("the server's own name is known by the setting", () => {
  expect(bucketOf("bucket.box.example.com:4620", "box.example.com")).toBe("bucket");
  expect(bucketOf("box.example.com", "Box.example.com")).toBe("");
  expect(bucketOf("bucket.box.localhost", "box.localhost")).toBe("bucket");
  expect(bucketOf("box.localhost", "box.localhost")).toBe("");
  expect(bucketOf("bucket.other.com", "box.example.com")).toBe("");
});
