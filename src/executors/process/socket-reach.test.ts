import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createSocketReach } from "./socket-reach.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-reach-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it.each([
  ["a short path", "runs", undefined],
  ["a path that no socket may have", "deep/".repeat(40), undefined],
  ["such a path, where others may write to the first folder for links", "deep/".repeat(40), "folder"],
  ["such a path, where the first folder for links is a file", "deep/".repeat(40), "file"],
])("a socket below %s can be connected to", async (_, below, taken) => {
  if (taken !== undefined) {
    vi.stubEnv("TMPDIR", folder);
    const first = join(folder, `sagebrush-${process.getuid!()}`);
    if (taken === "file") writeFileSync(first, "");
    else mkdirSync(first);
    chmodSync(first, 0o777);
  }
  const runs = join(folder, below);
  mkdirSync(join(runs, "RUN", "ml"), { recursive: true });
  // The run makes the socket by a relative path; the test makes it through a short link to its folder.
  const inside = join(folder, "inside");
  symlinkSync(join(runs, "RUN", "ml"), inside);
  const server = createServer((connection) => connection.end("hello"));
  await new Promise<void>((resolve) => server.listen(join(inside, "s"), resolve));
  try {
    for (const reach of [createSocketReach(runs), createSocketReach(runs)]) {
      const connection = createConnection(reach("RUN", "s"));
      let text = "";
      for await (const bytes of connection) text += bytes;
      expect(text).toBe("hello");
    }
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
