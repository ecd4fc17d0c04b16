/**
 * The main job with the AWS SDK for JavaScript: a CSV is uploaded, trained on with the built-in XGBoost, becomes a model,
 * is deployed, and scores rows it has not seen. Nothing in it is particular to Sagebrush; the environment says where the
 * services are. Run it with: bin/sagebrush exec -- node_modules/.bin/node examples/breast-cancer.ts
 * With --keep the endpoint stays up afterwards.
 */
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  CreateTrainingJobCommand,
  DeleteEndpointCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  SageMakerClient,
  waitUntilEndpointInService,
} from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { readDataSet } from "./breast-cancer/data-set.ts";
import { boto3Steps, commandLineSteps, hyperparameters, xgboostImage } from "./breast-cancer/same-steps.ts";
import { accuracy, areaUnderCurve, quantile } from "./breast-cancer/scores.ts";
import { followTraining } from "./breast-cancer/training-progress.ts";

const sagemaker = new SageMakerClient();
const runtime = new SageMakerRuntimeClient();
const region = await sagemaker.config.region();
const { Account: account } = await new STSClient().send(new GetCallerIdentityCommand());
const name = `breast-cancer-${new Date().toISOString().slice(0, 23).replace(/[T:.]/g, "-")}`;
const bucket = `sagemaker-${region}-${account}`;
const role = `arn:aws:iam::${account}:role/SageMakerRole`;
const image = xgboostImage(region);
const data = readDataSet();

console.log(`\nUpload    ${data.train.length} rows to s3://${bucket}/${name}/train.csv`);
const rows = data.train.join("\n");
await new S3Client().send(new PutObjectCommand({ Bucket: bucket, Key: `${name}/train.csv`, Body: rows }));

console.log(`Train     ${name}, ${hyperparameters.num_round} rounds of the built-in XGBoost`);
await sagemaker.send(
  new CreateTrainingJobCommand({
    TrainingJobName: name,
    AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: "File" },
    RoleArn: role,
    HyperParameters: hyperparameters,
    InputDataConfig: [
      {
        ChannelName: "train",
        ContentType: "text/csv",
        DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${bucket}/${name}/train.csv` } },
      },
    ],
    OutputDataConfig: { S3OutputPath: `s3://${bucket}/${name}/output` },
    ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 10 },
    StoppingCondition: { MaxRuntimeInSeconds: 3600 },
  }),
);
const artifact = await followTraining(sagemaker, name, Number(hyperparameters.num_round));
console.log(`          the model is at ${artifact}`);

console.log(`Deploy    endpoint ${name}`);
await sagemaker.send(
  new CreateModelCommand({
    ModelName: name,
    ExecutionRoleArn: role,
    PrimaryContainer: { Image: image, ModelDataUrl: artifact },
  }),
);
await sagemaker.send(
  new CreateEndpointConfigCommand({
    EndpointConfigName: name,
    ProductionVariants: [
      { VariantName: "AllTraffic", ModelName: name, InstanceType: "ml.m5.large", InitialInstanceCount: 1 },
    ],
  }),
);
await sagemaker.send(new CreateEndpointCommand({ EndpointName: name, EndpointConfigName: name }));
await waitUntilEndpointInService(
  { client: sagemaker, maxWaitTime: 300, minDelay: 1, maxDelay: 1 },
  { EndpointName: name },
);

console.log(`Predict   ${data.heldOut.length} held-out rows, one request each`);
const probabilities: number[] = [];
const milliseconds: number[] = [];
for (const { features } of data.heldOut) {
  const began = performance.now();
  const answer = await runtime.send(
    new InvokeEndpointCommand({ EndpointName: name, ContentType: "text/csv", Accept: "text/csv", Body: features }),
  );
  milliseconds.push(performance.now() - began);
  probabilities.push(Number(answer.Body.transformToString()));
}
const labels = data.heldOut.map(({ label }) => label);
const result = `accuracy ${accuracy(labels, probabilities).toFixed(3)}, AUC ${areaUnderCurve(labels, probabilities).toFixed(3)}`;
console.log(`          ${result}`);
console.log(
  `          latency p50 ${quantile(milliseconds, 0.5).toFixed(1)} ms, p99 ${quantile(milliseconds, 0.99).toFixed(1)} ms`,
);

console.log(`\nThe same steps with boto3 (Python):\n\n${boto3Steps(region)}`);
console.log(`The same steps with the AWS CLI:\n\n${commandLineSteps(region)}`);

// The clock of `performance` runs since this program began.
console.log(`From a CSV to predictions in ${(performance.now() / 1000).toFixed(0)} s: ${result}.`);
if (process.argv.includes("--keep")) console.log(`The endpoint ${name} stays up.`);
else await deleteEndpoint();

async function deleteEndpoint(): Promise<void> {
  await sagemaker.send(new DeleteEndpointCommand({ EndpointName: name }));
  await sagemaker.send(new DeleteEndpointConfigCommand({ EndpointConfigName: name }));
  await sagemaker.send(new DeleteModelCommand({ ModelName: name }));
}
