import { describe, expect, it } from "vitest";
import { parseS3Location } from "./s3-location.ts";

describe("parseS3Location", () => {
  it.each([
    ["s3://bucket/a/b.tar.gz", "bucket", "a/b.tar.gz"],
    ["s3://bucket", "bucket", ""],
    ["s3://bucket/", "bucket", ""],
    ["https://bucket.s3.us-west-2.amazonaws.com/a/b%20c", "bucket", "a/b c"],
    ["https://bucket.s3-us-west-2.amazonaws.com/a", "bucket", "a"],
    ["https://bucket.s3.amazonaws.com/a", "bucket", "a"],
    ["https://my.bucket.s3.eu-central-1.amazonaws.com/a", "my.bucket", "a"],
    ["https://s3.us-gov-west-1.amazonaws.com/bucket/a/b", "bucket", "a/b"],
    ["https://s3-eu-west-1.amazonaws.com/bucket/a", "bucket", "a"],
  ])("reads %s", (url, bucket, key) => {
    expect(parseS3Location(url)).toEqual({ bucket, key });
  });

  it.each([
    "",
    "bucket/key",
    "s3:/bucket/key",
    "https://example.com/bucket/key",
    "https://evil.s3.us-west-2.example.com/a",
    "https://s3.us-west-2.amazonaws.com/",
    "https://bucket.s3.amazonaws.com/%zz",
  ])("refuses %s", (url) => {
    expect(parseS3Location(url)).toBeUndefined();
  });
});
