import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { UnpackFault, unpack } from "./unpack.ts";

const most = 1024 ** 3;
let folder: string;
let target: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sagebrush-unpack-"));
  target = join(folder, "model");
  mkdirSync(target);
  mkdirSync(join(folder, "from"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Makes an archive with GNU or BSD tar, which write any member. */
function archive(...words: string[]): string {
  const file = join(folder, "archive.tar.gz");
  execFileSync("tar", ["-czf", file, "-C", join(folder, "from"), ...words]);
  return file;
}

it("brings files, folders and links that stay inside", async () => {
  mkdirSync(join(folder, "from/code"));
  writeFileSync(join(folder, "from/xgboost-model"), "{}");
  writeFileSync(join(folder, "from/code/inference.py"), "pass");
  symlinkSync("../xgboost-model", join(folder, "from/code/linked"));
  await unpack(archive("."), target, most);
  expect(readdirSync(target, { recursive: true }).sort()).toEqual([
    "code",
    "code/inference.py",
    "code/linked",
    "xgboost-model",
  ]);
  expect(readFileSync(join(target, "code/linked"), "utf8")).toBe("{}");
});

it("refuses members and links that lead out, and leaves nothing outside", async () => {
  writeFileSync(join(folder, "outside"), "kept");
  const outside = archive("-P", "../outside");
  rmSync(join(folder, "outside"));
  await expect(unpack(outside, target, most)).rejects.toThrow("leads out of the archive");
  expect(readdirSync(folder).sort()).toEqual(["archive.tar.gz", "from", "model"]);

  for (const leadsTo of ["/etc/passwd", "../../outside"]) {
    rmSync(join(folder, "from/link"), { force: true });
    symlinkSync(leadsTo, join(folder, "from/link"));
    await expect(unpack(archive("link"), target, most)).rejects.toThrow("SymbolicLink that leads out of the archive");
    expect(readdirSync(target)).toEqual([]);
  }
});

it.each([
  ["text", Buffer.from("no archive at all")],
  ["an empty file", Buffer.alloc(0)],
  ["a gzip that is cut off", undefined],
])("refuses what is no archive: %s", async (_, content) => {
  writeFileSync(join(folder, "from/data"), Buffer.alloc(100_000, "0123456789abcdef"));
  const file = archive("data");
  writeFileSync(file, content ?? readFileSync(file).subarray(0, 150));
  await expect(unpack(file, target, most)).rejects.toThrow(UnpackFault);
});

it("stops at the size that it may unpack to, unless the archive is as large itself", async () => {
  writeFileSync(join(folder, "from/a"), Buffer.alloc(600_000));
  writeFileSync(join(folder, "from/b"), Buffer.alloc(600_000));
  await expect(unpack(archive("a", "b"), target, 1_000_000, "Ask for more")).rejects.toThrow(
    /more than 0\.00093 GiB: its member b and what follows was left out\. Ask for more$/,
  );
  // A limit that nobody can set comes without advice.
  await expect(unpack(archive("a", "b"), target, 1_000_000)).rejects.toThrow(/what follows was left out$/);
  expect(readdirSync(target)).not.toContain("b");
  await unpack(archive("a", "b"), target, 1_300_000);
  expect(readdirSync(target).sort()).toEqual(["a", "b"]);
  writeFileSync(join(folder, "from/a"), randomBytes(600_000));
  await unpack(archive("a", "b"), target, 1000);
});
