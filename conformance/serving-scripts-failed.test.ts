import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Bucket, base, type Deployed, useScriptServer } from "./served-scripts.ts";
import { role } from "./xgboost-job.ts";

const { clients, folder, deploy, describe, remove, linesOf } = useScriptServer();

test.each<[string, Deployed, RegExp]>([
  [
    "raises",
    {
      files: {
        "code/inference.py": "def model_fn(folder):\n    raise KeyError('weights')\ndef predict_fn(x, m): pass\n",
      },
    },
    /did not pass the ping health check\. Please check CloudWatch logs for this endpoint\. The script could not load the model: KeyError: 'weights'$/,
  ],
  [
    "lacks-functions",
    { files: { "code/inference.py": "x = 1" } },
    /Please provide a model_fn implementation: .*inference\.py has no such function\.$/,
  ],
  ["lacks-a-script", {}, /Please provide a model_fn implementation: .* There is no script\.$/],
  ["syntax", { files: { "code/inference.py": "def" } }, /SyntaxError: invalid syntax/],
  [
    "named-and-absent",
    { environment: { SAGEMAKER_PROGRAM: "serve.py" } },
    /The script serve\.py \(SAGEMAKER_PROGRAM\) is not there\. \/opt\/ml\/model has model\.txt\.$/,
  ],
  [
    "killed",
    { files: { "code/inference.py": "import os\nos.kill(os.getpid(), 9)" } },
    /The script's process ended with code -9 while it loaded the model\.$/,
  ],
])("a script that %s fails its endpoint with the reason", async (name, deployed, reason) => {
  await deploy(name, { ...deployed, status: "Failed" });
  expect((await describe(name)).FailureReason).toMatch(reason);
  if (name === "raises") expect(await linesOf(name)).toMatch(/Traceback[\s\S]*inference\.py[\s\S]*KeyError: 'weights'/);
  await remove(name);
});

test.each<[string, readonly string[], RegExp]>([
  [
    "leads-out",
    ["-P", "--transform", "s,a,../a,", "a"],
    /its member \.\.\/a is a file whose path leads out of the archive/,
  ],
  ["links-out", ["linked"], /its member linked is a symbolic link that leads out of the archive/],
])("an archive that %s fails its endpoint in AWS's words", async (name, words, reason) => {
  const place = join(folder(), name);
  mkdirSync(place);
  writeFileSync(join(place, "a"), "a");
  symlinkSync("/etc/passwd", join(place, "linked"));
  execFileSync("tar", ["-czf", `${place}.tar.gz`, "-C", place, ...words]);
  await deploy(name, { archive: `${place}.tar.gz`, status: "Failed" });
  const { FailureReason } = await describe(name);
  expect(FailureReason).toMatch(/^Failed to extract model data archive for container "container_1" from URL/);
  expect(FailureReason).toMatch(reason);
  await remove(name);
});

test("a program that ends says with what code", async () => {
  await deploy("ends", { files: { "code/serve": "#!/bin/sh\necho no model\nexit 3\n" }, status: "Failed" });
  expect((await describe("ends")).FailureReason).toMatch(
    /did not pass the ping health check\. .* The model server ended with code 3\.$/,
  );
  await remove("ends");
});

test("a model whose environment cannot be honoured is refused when it is made", async () => {
  const create = (Environment: Record<string, string>) =>
    clients()
      .sagemaker.createModel({
        ModelName: "refused",
        ExecutionRoleArn: role,
        PrimaryContainer: { Image: base, Environment },
      })
      .then(() => "made")
      .catch((error: Error) => error.message);
  expect(await create({ SAGEMAKER_MODEL_SERVER_WORKERS: "many" })).toContain("give a whole number from 1");
  expect(await create({ SAGEMAKER_PROGRAM: "../x.py" })).toContain("the path of a file inside the source folder");
  expect(await create({ SAGEMAKER_SUBMIT_DIRECTORY: "/etc" })).toContain("s3://BUCKET/KEY of an archive");
  expect(await create({ SAGEMAKER_SUBMIT_DIRECTORY: `s3://${Bucket}/nothing.tar.gz` })).toContain(
    "Could not find the source of the serving script",
  );
});
