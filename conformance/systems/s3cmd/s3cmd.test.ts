import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useServer } from "../../server.ts";
import { oddKeys, runClient } from "../client-program.ts";
import { s3cmd } from "./s3cmd.ts";

describe("s3cmd", () => {
  const server = useServer();
  const script = join(import.meta.dirname, "commands.sh");

  test("keys of every kind, copies, parts, sync, links", async (context) => {
    const bucket = "with-s3cmd";
    const command = ["sh", script, "{folder}/python/bin/s3cmd", bucket, oddKeys];
    const lines = await runClient(context, server, s3cmd, command);
    expect(lines).toEqual([
      `Bucket 's3://${bucket}/' created`,
      "keys",
      `s3://${bucket}/my folder/a+b.txt`,
      "copy, move, describe, delete",
      "MIME type text/plain",
      "metadata b  c+d",
      "MIME type text/plain",
      "parts",
      "sync",
      `s3://${bucket}/tree/a b/c+d/é~`,
      "2 1 objects",
      "link",
      "2",
    ]);
  });
});
