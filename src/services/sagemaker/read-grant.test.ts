import { expect, it } from "vitest";
import type { Caller } from "../../aws/caller.ts";
import { authorize } from "../../server/request/authorize.ts";
import { wireServiceOf } from "../../wire/wire-services.ts";
import { object } from "../platform/s3/object.ts";
import { objectListing } from "../platform/s3/object-listing.ts";
import { readGrant } from "./read-grant.ts";

const operation = (name: string) => ({ service: wireServiceOf("s3"), name, checkConstraints: () => {} });

const permissions = { ...object.permissions, ...objectListing.permissions };

/** The requests, of a few, that a run with this grant alone may make. */
function allowed(location: { bucket: string; key: string }, what: "object" | "prefix"): string[] {
  const grants = [readGrant(location, what)];
  const caller: Caller = { kind: "run", account: "1", arn: "a", userId: "u", accessKeyId: "SBRN1", grants };
  const requests: Record<string, readonly [string, object]> = {
    "get data/train/a": ["GetObject", { Bucket: "data", Key: "train/a" }],
    "get data/b": ["GetObject", { Bucket: "data", Key: "b" }],
    "list data": ["ListObjectsV2", { Bucket: "data" }],
    "list data/train/": ["ListObjectsV2", { Bucket: "data", Prefix: "train/" }],
    "get data-of-others/a": ["GetObject", { Bucket: "data-of-others", Key: "a" }],
    "list data-of-others": ["ListObjectsV2", { Bucket: "data-of-others" }],
  };
  return Object.keys(requests).filter((title) => {
    const [name, input] = requests[title]!;
    try {
      authorize(caller, operation(name), permissions[name], input as never, "us-east-1");
      return true;
    } catch {
      return false;
    }
  });
}

it("reaches an object, a prefix or a whole bucket, and no bucket whose name begins like it", () => {
  expect(allowed({ bucket: "data", key: "b" }, "object")).toEqual(["get data/b"]);
  expect(allowed({ bucket: "data", key: "train/" }, "prefix")).toEqual(["get data/train/a", "list data/train/"]);
  expect(allowed({ bucket: "data", key: "" }, "prefix")).toEqual([
    "get data/train/a",
    "get data/b",
    "list data",
    "list data/train/",
  ]);
});
