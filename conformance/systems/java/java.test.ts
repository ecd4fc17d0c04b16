import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, type TestContext, test } from "vitest";
import { useServer } from "../../server.ts";
import { oddKeys, runClient } from "../client-program.ts";
import { java } from "./java.ts";

describe("AWS SDK for Java", () => {
  const server = useServer();
  const run = (context: TestContext, words: readonly string[], options: readonly string[] = []) =>
    runClient(context, server, java, [
      ...["java", "-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", ...options],
      ...["-cp", "{folder}/classes:{folder}/libraries/*", "Client", ...words],
    ]);
  const port = () => server.url.split(":").at(-1);

  for (const stack of ["apache", "url-connection", "crt"]) {
    test(`keys of every kind by the stack ${stack}`, async (context) => {
      expect(await run(context, ["keys", `java-keys-${stack}`, oddKeys, stack])).toEqual(["14 keys by 127.0.0.1"]);
    });

    test(`CloudWatch in CBOR, a long body compressed, by the stack ${stack}`, async (context) => {
      const path = (name: string) => `/service/GraniteServiceVersion20100801/operation/${name} rpc-v2-cbor`;
      expect(await run(context, ["cloudwatch", `Java ${stack}`, stack])).toEqual([
        "MissingParameter 400",
        "InvalidParameterValue 400",
        `${path("PutMetricData")} gzip`,
        `${path("PutMetricData")} -`,
        `${path("ListMetrics")} -`,
        `${path("GetMetricStatistics")} -`,
        `${path("GetMetricData")} -`,
        `${path("PutMetricData")} -`,
        `${path("PutMetricData")} -`,
      ]);
    });
  }

  // Java takes names from a file, so that the bucket's leads to the server.
  test("a bucket in the host's name", async (context) => {
    const names = join(server.home, "hosts");
    await writeFile(names, "127.0.0.1 localhost java-host.localhost\n");
    const words = ["keys", "java-host", oddKeys, "apache", `http://localhost:${port()}`];
    expect(await run(context, words, [`-Djdk.net.hosts.file=${names}`])).toEqual(["14 keys by java-host.localhost"]);
  });

  test("streams with each checksum after the body, and 20 MB in parts", async (context) => {
    const trailer = (name: string) => `STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER x-amz-checksum-${name}`;
    const sent = ["crc32", "crc32c", "crc64nvme", "sha1", "sha256", "crc32"].map(trailer).join(", ");
    expect(await run(context, ["streams", "java-streams"])).toEqual([
      `apache [${sent}]`,
      `url-connection [${sent}]`,
      `crt [${sent}]`,
      "netty of unknown length 3 parts",
      "netty in parts 3 parts",
    ]);
  });

  test("links that it signs are opened by a plain client", async (context) => {
    expect(await run(context, ["links", "java-links", oddKeys])).toEqual(["links"]);
  });

  test("errors by their type and code; a client of another region", async (context) => {
    expect(await run(context, ["faults", "java-faults"])).toEqual([
      "PreconditionFailed 412 At least one of the pre-conditions you specified did not hold",
      "BadDigest 400",
      "BucketNotEmpty",
      "us-west-2",
    ]);
  });

  test("logs written, read and filtered; the caller", async (context) => {
    expect(await run(context, ["logs", "/java/logs"])).toEqual([
      "[größer + 2, größer + 20, größer + 21, größer + 22, größer + 23, größer + 24]",
      "The specified log stream does not exist.",
    ]);
    const arn = "arn:aws:sts::123456789012:assumed-role/SageMakerRole/root";
    expect(await run(context, ["identity"])).toEqual([arn, arn, arn]);
  });
});
