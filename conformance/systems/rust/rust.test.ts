import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, type TestContext, test } from "vitest";
import { useServer } from "../../server.ts";
import { oddKeys, runClient } from "../client-program.ts";
import { rust } from "./rust.ts";

describe("AWS SDK for Rust", () => {
  const server = useServer();
  const run = (context: TestContext, ...words: string[]) =>
    runClient(context, server, rust, ["{folder}/target/debug/client", ...words]);

  test("keys of every kind: written, read, listed, copied, deleted; links to them", async (context) => {
    const links = await run(context, "keys", "rust-keys", oddKeys);
    expect(links).toHaveLength(14);
    for (const link of links) {
      const answer = await fetch(link);
      expect(await answer.text()).toMatch(/^of /);
      expect(answer.headers.get("content-disposition")).toBe('inline; filename="a b+c~"');
    }
  });

  test("files with each checksum", async (context) => {
    const file = join(server.home, "file");
    await writeFile(file, randomBytes(1_000_000));
    expect(await run(context, "streams", "rust-streams", file)).toEqual(["streams"]);
  });

  test("errors by their type", async (context) => {
    expect(await run(context, "faults", "rust-faults")).toEqual(["faults"]);
  });

  test("CloudWatch in CBOR", async (context) => {
    expect(await run(context, "cloudwatch", "Rust")).toEqual([
      "Some(75.0) Some(22500.0) Some(300.0)",
      "[149.5]",
      "true",
    ]);
  });
});
