import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";

const run = realpathSync(mkdtempSync(join(tmpdir(), "failure-reason-")));
vi.stubEnv("SAGEBRUSH_ML_ROOT", run);
const { failureReason } = await import("./failure-reason.ts");
mkdirSync(join(run, "output"));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(run, { recursive: true });
});

it.each([
  ["no rows", "AlgorithmError: no rows, exit code: 3"],
  ["ClientError: no rows", "ClientError: no rows, exit code: 3"],
  // The platform's kinds are tried again, which a program cannot ask for.
  ["InternalServerError: sorry", "AlgorithmError: InternalServerError: sorry, exit code: 3"],
  ["CapacityError: full", "AlgorithmError: CapacityError: full, exit code: 3"],
])("%j in the failure file", async (text, reason) => {
  writeFileSync(join(run, "output/failure"), text);
  expect(await failureReason(3)).toBe(reason);
});
