import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fileIdentity } from "../../../base/file-identity.ts";
import { fileSystemMounts, plannedFileSystems } from "./file-system-channel.ts";
import { fileSystems } from "./file-systems.setting.ts";
import type { TrainingRequest } from "./training-request.ts";

let root: string;
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "file-systems-")));
  mkdirSync(join(root, "shared/train"), { recursive: true });
  mkdirSync(join(root, "shared-not"));
  writeFileSync(join(root, "shared/file"), "");
  symlinkSync(join(root, "shared/train"), join(root, "shared/inside"));
  symlinkSync(join(root, "shared-not"), join(root, "shared/outside"));
});
afterAll(() => rmSync(root, { recursive: true }));

const asked = (wanted: object) => {
  const source = { FileSystemId: "fs-0a1", FileSystemType: "EFS", FileSystemAccessMode: "ro", ...wanted };
  const InputDataConfig = [{ ChannelName: "train", DataSource: { FileSystemDataSource: source } }];
  const settings = { fileSystems: `fs-0a1=${root}/shared,fs-2=/` };
  return [{ InputDataConfig } as unknown as TrainingRequest, { settings } as never] as const;
};
const mounts = (wanted: object) => fileSystemMounts(...asked(wanted));
const target = "/opt/ml/input/data/train";

it("mounts a folder of a file system, and the part of an FSx path that is below its mount name", () => {
  const train = { source: join(root, "shared/train"), target };
  expect(mounts({ DirectoryPath: "/train" })).toEqual([{ ...train, writable: false }]);
  expect(mounts({ DirectoryPath: "/inside/", FileSystemAccessMode: "rw" })).toEqual([{ ...train, writable: true }]);
  const lustre = { FileSystemType: "FSxLustre", DirectoryPath: "/fsx/train" };
  expect(mounts(lustre)).toEqual([{ ...train, writable: false }]);
  expect(mounts({ ...lustre, DirectoryPath: "/abc" })).toMatchObject([{ source: join(root, "shared") }]);
  expect(mounts({ FileSystemId: "fs-2", DirectoryPath: root })).toMatchObject([{ source: root }]);
});

it("has the run check that the folder which is mounted is the one that was found", () => {
  const identity = fileIdentity(statSync(join(root, "shared/train"), { bigint: true }));
  expect(plannedFileSystems(...asked({ DirectoryPath: "/inside" }))).toEqual([{ name: "train", identity }]);
});

it.each([
  [
    { FileSystemId: "fs-9", DirectoryPath: "/" },
    /fs-9 has no folder .* SAGEBRUSH_FILE_SYSTEMS, for example fs-9=\/srv/,
  ],
  [{ DirectoryPath: "train" }, /DirectoryPath "train" is no path from the root of fs-0a1/],
  [{ DirectoryPath: "/none" }, /DirectoryPath "\/none" of fs-0a1 is not there/],
  [{ DirectoryPath: "/file" }, /is no folder/],
  [{ DirectoryPath: "/outside" }, /leads out of its folder/],
  [{ DirectoryPath: "/../shared-not" }, /leads out of its folder/],
])("refuses %j", (wanted, words) => expect(() => mounts(wanted)).toThrow(words));

it("takes a list of ids and whole paths", () => {
  expect(fileSystems.parse("fs-1=/a,fs-2=/b=c")).toBe("fs-1=/a,fs-2=/b=c");
  expect(fileSystems.parse("")).toBe("");
  for (const text of ["fs-1", "fs-1=", "fs-1=a", "1=/a", "fs-1=/a,fs-1=/b"])
    expect(fileSystems.parse(text)).toBeUndefined();
});
