import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useServer } from "../../server.ts";
import { oddKeys, runClient } from "../client-program.ts";
import { minioClient } from "./minio-client.ts";

describe("MinIO's mc", () => {
  const server = useServer();

  test("keys of every kind, trees, tags, links", async (context) => {
    const command = ["sh", join(import.meta.dirname, "commands.sh"), "{folder}/client", "with-mc", oddKeys];
    expect(await runClient(context, server, minioClient, command)).toEqual([
      "Bucket created successfully `s/with-mc`.",
      "keys",
      "trees",
      "s/with-mc/copied tree/a b/c+d/é~",
      "s/with-mc/copied tree/large file",
      "s/with-mc/copied tree/moved + é",
      "20000004 bytes",
      // mc reads the tags as a query, in which the plus is a blank.
      '"tagset":{"part":"c d","team":"a b"}',
      "link",
      "2",
    ]);
  });
});
