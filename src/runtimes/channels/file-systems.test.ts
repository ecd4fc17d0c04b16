import { mkdirSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fileIdentity } from "../../base/file-identity.ts";
import { checkFileSystems } from "./file-systems.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "file-systems-"));
});
afterEach(() => rmSync(root, { recursive: true }));

it("refuses a channel that is another folder than the one that was checked", () => {
  const [data, outside] = [join(root, "data"), join(root, "outside")];
  mkdirSync(join(data, "train"), { recursive: true });
  mkdirSync(outside);
  const planned = [{ name: "train", identity: fileIdentity(statSync(join(data, "train"), { bigint: true })) }];
  checkFileSystems(planned, data);
  renameSync(join(data, "train"), join(data, "away"));
  symlinkSync(outside, join(data, "train"));
  expect(() => checkFileSystems(planned, data)).toThrow(/The folder of channel "train" was replaced/);
  rmSync(join(data, "train"));
  // A link to the folder itself is the folder.
  symlinkSync(join(data, "away"), join(data, "train"));
  checkFileSystems(planned, data);
});
