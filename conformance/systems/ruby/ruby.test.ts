import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useServer } from "../../server.ts";
import { oddKeys, runClient } from "../client-program.ts";
import { ruby } from "./ruby.ts";

describe("AWS SDK for Ruby", () => {
  const server = useServer();

  test("keys of every kind, links, parts, sums, errors", async (context) => {
    const command = ["ruby", join(import.meta.dirname, "client.rb"), "with-ruby", oddKeys];
    expect(await runClient(context, server, ruby, command)).toEqual([
      "14 keys",
      "links",
      "parts and sums",
      "Aws::S3::Errors::NoSuchKey 404",
      "Aws::S3::Errors::NotFound 404",
      "Aws::S3::Errors::NoSuchBucket 404",
      "Aws::S3::Errors::BucketNotEmpty 409",
      "arn:aws:sts::123456789012:assumed-role/SageMakerRole/root",
    ]);
  });
});
