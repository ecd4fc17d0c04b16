import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scriptEnvironments } from "../../script-environments.ts";
import { useServer } from "../../server.ts";
import { runClient } from "../client-program.ts";
import { trainingToolkit } from "./training-toolkit.ts";

/** How many configurations one run of the program compares. Together they are 200. */
const together = 40;

describe("SageMaker training toolkit", () => {
  const server = useServer({ environment: scriptEnvironments });
  const program = join(import.meta.dirname, "compare.py");

  test.for([0, 40, 80, 120, 160])("scripts see and say the same: configurations from %i", async (first, context) => {
    const command = ["{folder}/python/bin/python", program, String(first), String(together)];
    const lines = await runClient(context, server, trainingToolkit, command);
    expect(lines.filter((line) => line.startsWith("different"))).toEqual([]);
    expect(lines.at(-1)).toBe(`${together} configurations compared`);
  });
});
