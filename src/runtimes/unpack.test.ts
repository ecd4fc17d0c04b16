import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Header } from "tar";
import { afterEach, beforeEach, expect, it } from "vitest";
import { UnpackFault, unpack } from "./unpack.ts";

const most = { bytes: 1024 ** 3, files: 1000 };
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

it("takes the folder of the archive itself, which the SageMaker SDK names / when it packs anew", async () => {
  writeFileSync(join(folder, "from/a"), "a");
  await unpack(archive("--transform", "s,^[.]/*,/,", "-P", "--no-recursion", "."), target, most);
  expect(readdirSync(target)).toEqual([]);
  await unpack(archive("-P", "--transform", "s,^[.]$,/,;s,^[.]/,,", "."), target, most);
  expect(readdirSync(target)).toEqual(["a"]);
});

it("takes an archive without any member, and not what is none", async () => {
  const file = join(folder, "archive.tar.gz");
  for (const bytes of [Buffer.alloc(1024), Buffer.alloc(10_240), gzipSync(Buffer.alloc(10_240))]) {
    writeFileSync(file, bytes);
    await unpack(file, target, most);
  }
  expect(readdirSync(target)).toEqual([]);
  for (const bytes of [randomBytes(10_240), gzipSync(randomBytes(2048)), gzipSync("no archive")]) {
    writeFileSync(file, bytes);
    await expect(unpack(file, target, most)).rejects.toThrow(/^(?!.*TAR_)/);
  }
});

it("refuses members and links that lead out, and leaves nothing outside", async () => {
  writeFileSync(join(folder, "outside"), "kept");
  const outside = archive("-P", "../outside");
  rmSync(join(folder, "outside"));
  await expect(unpack(outside, target, most)).rejects.toThrow(
    "its member ../outside is a file whose path leads out of the archive",
  );
  expect(readdirSync(folder).sort()).toEqual(["archive.tar.gz", "from", "model"]);

  for (const leadsTo of ["/etc/passwd", "../../outside"]) {
    rmSync(join(folder, "from/link"), { force: true });
    symlinkSync(leadsTo, join(folder, "from/link"));
    await expect(unpack(archive("link"), target, most)).rejects.toThrow(
      "its member link is a symbolic link that leads out of the archive",
    );
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
  const upTo = (bytes: number) => ({ bytes, files: 10 });
  await expect(unpack(archive("a", "b"), target, upTo(1_000_000))).rejects.toThrow(
    /more than 0\.00093 GiB: its member b and what follows was left out\. The setting SAGEBRUSH_UNPACKED_GIB of the server allows more$/,
  );
  expect(readdirSync(target)).not.toContain("b");
  await unpack(archive("a", "b"), target, upTo(1_300_000));
  expect(readdirSync(target).sort()).toEqual(["a", "b"]);
  writeFileSync(join(folder, "from/a"), randomBytes(600_000));
  await unpack(archive("a", "b"), target, upTo(1000));
});

/** Makes an archive of members without content. */
function members(...headers: readonly { readonly path: string; readonly type: string; readonly linkpath?: string }[]) {
  const file = join(folder, "archive.tar");
  const blocks = headers.map((header) => {
    const block = Buffer.alloc(512);
    // The last one of those that tar does not know by name is the letter itself.
    new Header({ mode: 0o644, size: 0, ...header, type: header.type as "File" }).encode(block);
    return block;
  });
  writeFileSync(file, Buffer.concat([...blocks, Buffer.alloc(1024)]));
  return file;
}

it.each([
  ["FIFO", "a FIFO (named pipe); only files, folders and links are unpacked"],
  ["CharacterDevice", "a character device; only"],
  ["BlockDevice", "a block device; only"],
  ["SparseFile", "a sparse file, as GNU tar packs with --sparse; only"],
  ["ContinuationFile", "the rest of a file that begins in another volume; only"],
])("says what a member is that it does not unpack: %s", async (type, words) => {
  await expect(unpack(members({ path: "code/thing", type }), target, most)).rejects.toThrow(
    `its member code/thing is ${words}`,
  );
});

it("makes no device, whoever unpacks it", () => {
  const file = members({ path: "before", type: "File" }, { path: "device", type: "BlockDevice" });
  for (const path of [folder, target]) chmodSync(path, 0o777);
  const program = `
    import { unpack } from ${JSON.stringify(join(import.meta.dirname, "unpack.ts"))};
    await unpack(...JSON.parse(process.argv[1])).catch(({ message }) => console.log(message));`;
  const words = ["--input-type=module", "--eval", program, JSON.stringify([file, target, most])];
  // Root may make one, and so this is done by somebody else too.
  const users = process.getuid!() === 0 ? [0, 65_534] : [process.getuid!()];
  for (const uid of users) {
    const said = execFileSync(process.execPath, words, { uid, cwd: folder, encoding: "utf8" });
    expect(said).toContain("its member device is a block device; only files, folders and links are unpacked");
    expect(readdirSync(target)).not.toContain("device");
    rmSync(join(target, "before"), { force: true });
  }
});

it("says so of a hard link that leads out", async () => {
  const away = members({ path: "link", type: "Link", linkpath: "../outside" });
  await expect(unpack(away, target, most)).rejects.toThrow(
    "its member link is a hard link that leads out of the archive",
  );
});

it("passes over what only describes an archive", async () => {
  await unpack(members({ path: "Models of May", type: "TapeVolumeHeader" }, { path: "a", type: "File" }), target, most);
  expect(readdirSync(target)).toEqual(["a"]);
});

it("stops at the number of files that it may unpack to; folders that paths bring with them count", async () => {
  const files = (count: number) => Array.from({ length: count }, (_, i) => ({ path: `f/g/${i}`, type: "File" }));
  const upTo = { bytes: most.bytes, files: 12 };
  await expect(unpack(members(...files(12)), target, upTo)).rejects.toThrow(
    /more than 12 files and folders: its member f\/g\/10 and what follows was left out\. The setting SAGEBRUSH_UNPACKED_FILES of the server allows more$/,
  );
  await unpack(members(...files(10), ...files(10)), target, upTo);
  expect(readdirSync(join(target, "f/g"))).toHaveLength(10);
});

it("refuses paths that no file has, and such as nobody writes", async () => {
  const path = (...parts: string[]) => {
    mkdirSync(join(folder, "from", ...parts.slice(0, -1)), { recursive: true });
    writeFileSync(join(folder, "from", ...parts), "");
    return archive(parts[0]!);
  };
  const deep = path(...Array(101).fill("d"));
  await expect(unpack(deep, target, most)).rejects.toThrow(
    /^its member d\/d\/.*\.\.\. is 101 folders deep; at most 100/,
  );
  const long = path(...Array(5).fill("e".repeat(250)));
  await expect(unpack(long, target, most)).rejects.toThrow(/has a path of 125\d bytes; at most 1024 are unpacked/);
});
