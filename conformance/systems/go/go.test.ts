import { readFile } from "node:fs/promises";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, type TestContext, test } from "vitest";
import { region, useServer } from "../../server.ts";
import { oddKeys, runClient } from "../client-program.ts";
import { go } from "./go.ts";

describe("AWS SDK for Go", () => {
  const server = useServer();
  const run = async (context: TestContext, ...words: string[]) =>
    (await runClient(context, server, go, ["{folder}/client", ...words])).map((line) => JSON.parse(line));
  const sortedKeys = async () => (await readFile(oddKeys, "utf8")).trimEnd().split("\n").length;

  test("keys of every kind: written, read, listed by prefix and by page, copied, deleted", async (context) => {
    const [keys] = await run(context, "keys", "go-keys", oddKeys);
    expect(keys).toHaveLength(await sortedKeys());
  });

  test("the same with the bucket in the host's name", async (context) => {
    const [keys] = await run(context, "virtual-host", "go-virtual-host", oddKeys);
    expect(keys).toHaveLength(await sortedKeys());
  });

  test("streams with a checksum after the body, and 20 MB in parts", async (context) => {
    expect(await run(context, "streams", "go-streams")).toEqual([
      ...["crc32", "crc32c", "crc64nvme", "sha1", "sha256"].map(
        (name) => `STREAMING-UNSIGNED-PAYLOAD-TRAILER x-amz-checksum-${name}`,
      ),
      expect.stringMatching(/over TLS|as it is/),
      expect.stringMatching(/over TLS|as it is/),
    ]);
  });

  test("links that it signs are opened by a plain client", async (context) => {
    expect(await run(context, "links", "go-links", oddKeys)).toEqual([
      expect.stringContaining(
        "<Code>InvalidArgument</Code><Message>Header value cannot be represented using ISO-8859-1.</Message>" +
          "<ArgumentName>response-content-disposition</ArgumentName><ArgumentValue>inline; filename=日本</ArgumentValue>",
      ),
    ]);
  });

  test("errors by their type, code and header", async (context) => {
    expect(await run(context, "faults", "go-faults")).toEqual(["200"]);
  });

  test("CloudWatch in CBOR, a long body compressed", async (context) => {
    const sent: string[] = await run(context, "cloudwatch", "Go");
    const path = (name: string) => `POST /service/GraniteServiceVersion20100801/operation/${name} rpc-v2-cbor`;
    expect(sent.map((line) => line.trimEnd())).toEqual([
      `${path("PutMetricData")} gzip`,
      path("PutMetricData"),
      path("ListMetrics"),
      path("GetMetricStatistics"),
      path("GetMetricData"),
      path("PutMetricData"),
      path("PutMetricData"),
    ]);
  });

  test("the program of the guide: from rows to predictions", async (context) => {
    const [answer] = await runClient(context, server, go, ["{folder}/example"]);
    const [, high, low] = /^probabilities of 0\.9 and 0\.1: \[([\d.]+)[, ]+([\d.]+)\]$/.exec(answer!)!;
    expect(Number(high)).toBeGreaterThan(0.5);
    expect(Number(low)).toBeLessThan(0.5);
  });

  test("SageMaker: models made, tagged, listed by page, described, deleted; its refusals", async (context) => {
    const s3 = new S3Client({ ...server.clientOptions, forcePathStyle: true });
    await s3.send(
      new CreateBucketCommand({ Bucket: "go-models", CreateBucketConfiguration: { LocationConstraint: region } }),
    );
    await s3.send(new PutObjectCommand({ Bucket: "go-models", Key: "model.tar.gz", Body: "-" }));
    const [names, twice, gone, noJob] = await run(context, "sagemaker", "go-model", "s3://go-models/model.tar.gz");
    expect(names).toEqual([0, 1, 2, 3, 4].map((index) => `go-model-${index}`));
    expect(twice).toBe(
      'ValidationException: Cannot create already existing model "arn:aws:sagemaker:us-west-2:123456789012:model/go-model-0".',
    );
    expect(gone).toBe(
      'ValidationException: Could not find model "arn:aws:sagemaker:us-west-2:123456789012:model/go-model-0".',
    );
    expect(noJob).toBe("ValidationException: Requested resource not found.");
  });
});
