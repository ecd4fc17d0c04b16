import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { clientsOf, patience } from "./clients.ts";
import { region, root, useServer } from "./server.ts";
import { role } from "./xgboost-job.ts";

/** Models that AWS's own containers trained, behind endpoints. They may not be copied into the project. */

const folder = [join(root, "..", "shared", "data"), join(root, "..", "..", "shared", "data")].find(existsSync);
const server = useServer();
const Bucket = "aws-models";

const models = [
  {
    name: "xgb-churn",
    file: "xgb-churn-prediction-model.tar.gz",
    image: "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:0.90-1-cpu-py3",
  },
  {
    name: "ll-adult",
    file: "ll-adult-prediction-model.tar.gz",
    image: "174872318107.dkr.ecr.us-west-2.amazonaws.com/linear-learner:1",
  },
];

test.runIf(folder !== undefined)("models that AWS's containers made are served", async () => {
  const { s3, sagemaker, runtime } = clientsOf(server);
  await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  for (const { name, file, image } of models) {
    await s3.putObject({ Bucket, Key: file, Body: readFileSync(join(folder!, "aws-models", file)) });
    await sagemaker.createModel({
      ModelName: name,
      ExecutionRoleArn: role,
      PrimaryContainer: { Image: image, ModelDataUrl: `s3://${Bucket}/${file}` },
    });
    await sagemaker.createEndpointConfig({
      EndpointConfigName: name,
      ProductionVariants: [{ VariantName: "A", ModelName: name, InstanceType: "ml.m5.large", InitialInstanceCount: 1 }],
    });
    await sagemaker.createEndpoint({ EndpointName: name, EndpointConfigName: name });
  }
  for (const { name: EndpointName } of models)
    await expect
      .poll(async () => (await sagemaker.describeEndpoint({ EndpointName })).EndpointStatus, patience)
      .toBe("InService");
  const ask = async (EndpointName: string, Body: string, ContentType: string, Accept?: string) =>
    (await runtime.invokeEndpoint({ EndpointName, Body, ContentType, Accept })).Body.transformToString();

  const rows = readFileSync(join(folder!, "tabular", "churn-test-input-cols.csv"), "utf8");
  const scores = (await ask("xgb-churn", rows, "text/csv")).split(",").map(Number);
  expect(scores).toHaveLength(334);
  // What XGBoost 1.7.6 itself predicts with the booster in the pickle.
  const first = [0.015842037, 0.0107638165, 0.0081506763, 0.171978354, 0.0072729508, 0.0268315915, 0.7764694095];
  for (const [i, score] of first.entries()) expect(scores[i]).toBeCloseTo(score, 6);

  const person = [39, 1, 7, 7, 13, 6, 3, 10, 9, 1, 2174, 0, 40, 95];
  const one = { score: expect.closeTo(0.4072771, 6), predicted_label: 0 };
  expect(JSON.parse(await ask("ll-adult", person.join(","), "text/csv"))).toEqual({ predictions: [one] });
  const instances = JSON.stringify({ instances: [{ features: person }, { data: { features: { values: person } } }] });
  expect(JSON.parse(await ask("ll-adult", instances, "application/json"))).toEqual({ predictions: [one, one] });
  const line = await ask(
    "ll-adult",
    JSON.stringify({ features: person }),
    "application/jsonlines",
    "application/jsonlines",
  );
  expect(JSON.parse(line)).toEqual(one);
});
