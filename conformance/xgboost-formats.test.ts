import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { xgboost } from "../src/ml/algorithms/xgboost/xgboost.ts";
import { runProgram } from "./program.ts";
import { root } from "./server.ts";

/** What XGBoost itself writes, in each format of each version at hand, read here: the predictions must be the same. */

interface Written {
  readonly objective: string;
  readonly more: object;
  readonly files: Readonly<Record<string, string>>;
  readonly predictions: readonly (readonly number[])[];
}

const folder = mkdtempSync(join(tmpdir(), "sagebrush-formats-"));
afterAll(() => rmSync(folder, { recursive: true }));

const python = join(root, ".venv-v2", "bin", "python");

test.skipIf(!process.env.CI && !existsSync(python))("models that XGBoost wrote predict as it does", async () => {
  const { code, stderr } = await runProgram(python, [join(root, "conformance", "xgboost_formats.py"), folder], {});
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  const { version, rows, models } = JSON.parse(readFileSync(join(folder, "models.json"), "utf8")) as {
    version: string;
    rows: (number | null)[][];
    models: Written[];
  };
  const values = Float32Array.from(rows.flat(), (value) => value ?? Number.NaN);
  const features = { rows: rows.length, columns: rows[0]!.length, values };
  expect(models.length).toBeGreaterThan(14);
  for (const { objective, more, files, predictions } of models)
    for (const [format, path] of Object.entries(files)) {
      const name = `XGBoost ${version}, ${objective} ${JSON.stringify(more)}, ${format}`;
      const { values: found, width } = xgboost.predictor(xgboost.load(readFileSync(path)))(features);
      expect(width, name).toBe(predictions[0]!.length);
      const worst = predictions.flat().reduce((most, value, i) => Math.max(most, Math.abs(found[i]! - value)), 0);
      expect(worst, name).toBeLessThan(2e-6 * Math.max(1, ...predictions.flat().map(Math.abs)));
    }
});
