import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import type { ObjectClient } from "./object-client.ts";

const run = realpathSync(mkdtempSync(join(tmpdir(), "artifacts-")));
vi.stubEnv("SAGEBRUSH_ML_ROOT", join(run, "ml"));
vi.stubEnv("SAGEBRUSH_OWN_FOLDER", join(run, "own"));
const { uploadArchive, uploadFiles } = await import("./artifacts.ts");
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(run, { recursive: true });
});

it("packs an archive where it does not count as what the job writes, and leaves nothing of it", async () => {
  const model = join(run, "ml/model");
  for (const folder of [model, join(run, "own")]) mkdirSync(folder, { recursive: true });
  const output = { bucket: "b", prefix: "out/job/output", compression: "GZIP" } as const;
  const uploaded: string[] = [];
  const objects = {
    async upload(file: string, bucket: string, key: string) {
      uploaded.push(`${dirname(file)} ${readdirSync(join(run, "ml"))} ${bucket} ${key}`);
    },
  } as unknown as ObjectClient;
  expect(await uploadArchive(model, "model", output, objects)).toBe(false);
  writeFileSync(join(model, "file"), "x");
  expect(await uploadArchive(model, "model", output, objects)).toBe(true);
  expect(uploaded).toEqual([`${join(run, "own")} model b out/job/output/model.tar.gz`]);
  expect(readdirSync(join(run, "own"))).toEqual([]);
});

it("uploads the files of a model, those that links of it lead to too, and says what it leaves out", async () => {
  const model = join(run, "ml/other");
  for (const folder of [join(model, "blobs"), join(model, "at")]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(model, "blobs/1"), "weights");
  writeFileSync(join(run, "secret"), "key");
  symlinkSync("../blobs/1", join(model, "at/weights"));
  symlinkSync("blobs", join(model, "folder"));
  symlinkSync(join(run, "secret"), join(model, "out"));
  symlinkSync("nowhere", join(model, "dangling"));
  const said = vi.spyOn(console, "error").mockImplementation(() => {});
  const uploaded: Record<string, string> = {};
  const objects = {
    async upload(file: string, _bucket: string, key: string) {
      uploaded[key] = readFileSync(file, "utf8");
    },
  } as unknown as ObjectClient;
  const output = { bucket: "b", prefix: "job", compression: "NONE" } as const;
  expect(await uploadFiles(model, "model", output, objects)).toBe(true);
  expect(uploaded).toEqual({ "job/model/blobs/1": "weights", "job/model/at/weights": "weights" });
  expect(said.mock.calls.map(([words]) => words.slice(model.length)).sort()).toEqual([
    "/dangling is not uploaded: it is a link that leads nowhere.",
    "/folder is not uploaded: it is a link to something that is no file.",
    "/out is not uploaded: it is a link that leads out of the folder.",
  ]);
  said.mockRestore();
  // A script may remove the folder, as if it had written nothing.
  rmSync(model, { recursive: true });
  expect(await uploadFiles(model, "model", output, objects)).toBe(false);
  expect(await uploadArchive(model, "model", output, objects)).toBe(false);
});
