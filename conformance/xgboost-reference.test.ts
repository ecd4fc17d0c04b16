import { join } from "node:path";
import { expect, test } from "vitest";
import { runClient } from "./python-clients.ts";
import { root, useServer } from "./server.ts";

const server = useServer();

interface Comparison {
  readonly name: string;
  readonly missing: boolean;
  readonly prediction_difference: number;
  readonly ours: Readonly<Record<string, number>>;
  readonly xgboost: Readonly<Record<string, number>>;
}

test("real XGBoost loads the models, predicts the same, and trained by itself is no better", async (context) => {
  const { code, stdout, stderr } = await runClient(context, server, "v2", [
    "python",
    join(root, "conformance", "xgboost_reference.py"),
  ]);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  const { xgboost, sets } = JSON.parse(stdout.trim().split("\n").at(-1)!) as { xgboost: string; sets: Comparison[] };
  console.log(`XGBoost ${xgboost}:\n${sets.map((one) => JSON.stringify(one)).join("\n")}`);
  expect(sets).toHaveLength(6);
  for (const { name, missing, prediction_difference, ours, xgboost: theirs } of sets) {
    const place = `${name}${missing ? " with missing values" : ""}`;
    expect(prediction_difference, place).toBeLessThan(1e-5);
    for (const [metric, value] of Object.entries(theirs))
      expect(Math.abs(ours[metric]! / value - 1), `${place}, ${metric}`).toBeLessThan(0.02);
  }
});
