import { beforeAll, expect, test } from "vitest";
import { scriptEnvironments } from "./script-environments.ts";
import { useServer } from "./server.ts";
import { makeModels, transform, transformJob } from "./transform-jobs.ts";

const server = useServer({ environment: scriptEnvironments });
beforeAll(() => makeModels(server), 120_000);

test("each object of a prefix has the model's answers at its path", async () => {
  const inputs = { "a.csv": "0.1,1\n0.9,2\n", "deep/b.csv": "0.7,1\n\n0.2,3" };
  expect(await transform(server, inputs, transformJob("trees", "trees"))).toEqual({
    "a.csv.out": "10.0\n20.0\n",
    "deep/b.csv.out": "20.0\n10.0\n",
  });
});
