import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import type { ObjectClient } from "./object-client.ts";

const run = realpathSync(mkdtempSync(join(tmpdir(), "artifacts-")));
vi.stubEnv("SAGEBRUSH_ML_ROOT", join(run, "ml"));
vi.stubEnv("SAGEBRUSH_OWN_FOLDER", join(run, "own"));
const { uploadArchive } = await import("./artifacts.ts");
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
