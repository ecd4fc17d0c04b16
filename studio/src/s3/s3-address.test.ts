import { expect, test } from "vitest";
import { addressOfUri, s3Address, s3PlaceOf } from "./s3-address.ts";

const read = (address: string) => {
  const { pathname, searchParams } = new URL(`http://host${address}`);
  return s3PlaceOf(pathname, searchParams);
};

test.each([
  ["data", "", true],
  ["data", "a/", true],
  ["data", "a/", false],
  ["data", "/", true],
  ["data", "/", false],
  ["data", "a//b", false],
  ["data", "a/../b", false],
  ["data", ".", false],
  ["data", "..", false],
  ["data", "a+b c%2Fd%252F?x#y&as=object", false],
  ["data", "\u202ea\u0001\n\r", false],
  ["data", "k".repeat(1024), false],
  ["create", "create", false],
  ["..", "a", false],
])("%s %j (a folder: %s) has an address that leads to it", (bucket, key, isFolder) => {
  expect(read(s3Address(bucket, key, isFolder))).toEqual({ bucket, key, isFolder });
});

test("the address of buckets is no bucket, a URI leads to its place", () => {
  expect(read("/s3")).toBeUndefined();
  expect(read("/s3/")).toBeUndefined();
  expect(read(addressOfUri("s3://data/a b/c")!)).toEqual({ bucket: "data", key: "a b/c", isFolder: false });
  expect(read(addressOfUri("s3://data")!)).toEqual({ bucket: "data", key: "", isFolder: true });
  expect(addressOfUri("data/x")).toBeUndefined();
});
