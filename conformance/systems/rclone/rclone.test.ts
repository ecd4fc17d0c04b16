import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useServer } from "../../server.ts";
import { oddKeys, runClient } from "../client-program.ts";
import { rclone } from "./rclone.ts";

describe("rclone", () => {
  const server = useServer();

  test("keys of every kind, trees, parts, links", async (context) => {
    const script = join(import.meta.dirname, "commands.sh");
    expect(await runClient(context, server, rclone, ["sh", script, "with-rclone", oddKeys])).toEqual([
      "keys",
      "sync",
      "0 differences found",
      "3 matching files",
      "a b/c+d/é~",
      "large file",
      "moved + é",
      expect.stringMatching(/^\{"count":3,"bytes":13000004/),
      "link",
      "2",
    ]);
  });
});
