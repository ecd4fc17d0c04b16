import { expect, it } from "vitest";
import { readSigv2, verifySigv2 } from "./sigv2.ts";

/** The query string example of the S3 documentation, "Signing and authenticating REST requests" (bucket in the path). */
const request = {
  method: "GET",
  path: "/johnsmith/photos/puppy.jpg",
  query: "AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620",
  headers: { host: "s3.amazonaws.com" },
};
const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const inTime = 1175139620_000;

it("verifies the published example", () => {
  verifySigv2(request, readSigv2(request, inTime)!, secret);
});

it("verifies a URL that asks for a file name beyond ASCII, as boto3 signs it", () => {
  const name = "attachment%3B%20filename%3D%22%C3%A9%E4%BD%A0.csv%22";
  const query = `AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=YiPTado19hpGzRDIGev5EkfcGg0%3D&Expires=1175139620&response-content-disposition=${name}`;
  verifySigv2({ ...request, query }, readSigv2({ ...request, query }, inTime)!, secret);
});

it("verifies the URL of a listing, which boto3 signs with a slash after the bucket", () => {
  const query =
    "list-type=2&prefix=a&encoding-type=url&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=O0v6SWPdo4x4nFD0qcXbN1ErM%2F8%3D&Expires=1175139620";
  const listing = { ...request, path: "/johnsmith", query };
  verifySigv2(listing, readSigv2(listing, inTime)!, secret);
  expect(() => verifySigv2({ ...listing, path: "/johnsmit" }, readSigv2(listing, inTime)!, secret)).toThrow();
});

it.each([
  { method: "PUT" },
  { path: "/johnsmith/photos/kitten.jpg" },
  { query: `${request.query}&acl` },
  { headers: { ...request.headers, "x-amz-meta-a": "b" } },
])("refuses it with another %o", (change) => {
  const changed = { ...request, ...change };
  expect(() => verifySigv2(changed, readSigv2(changed, inTime)!, secret)).toThrow("does not match");
});

it("refuses a URL whose time is over or whose parts are missing", () => {
  expect(() => readSigv2(request, inTime + 1)).toThrow("Request has expired");
  expect(() => readSigv2({ ...request, query: "AWSAccessKeyId=a&Expires=1" }, 0)).toThrow("requires the Signature");
  expect(() => readSigv2({ ...request, query: "AWSAccessKeyId=a&Expires=x&Signature=y" }, 0)).toThrow("Invalid date");
  expect(readSigv2({ ...request, query: "list-type=2" }, 0)).toBeUndefined();
});
