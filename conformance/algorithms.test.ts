import { S3 } from "@aws-sdk/client-s3";
import { paginateListAlgorithms, SageMaker } from "@aws-sdk/client-sagemaker";
import { beforeAll, expect, test } from "vitest";
import { runPython } from "./python-clients.ts";
import { region, useServer } from "./server.ts";
import { role, xgboost, xgboostJob } from "./xgboost-job.ts";

/** One job at a time, so that others wait. */
const server = useServer({ environment: { SAGEBRUSH_JOBS: "1" } });
const Bucket = "algorithms";
let sagemaker: SageMaker;

beforeAll(async () => {
  sagemaker = new SageMaker(server.clientOptions);
  const s3 = new S3({ ...server.clientOptions, forcePathStyle: true });
  await s3.createBucket({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } });
  const rows = Array.from({ length: 200 }, (_, index) => `${index < 100 ? 0 : 1},${index / 200}`);
  await s3.putObject({ Bucket, Key: "train/rows.csv", Body: rows.join("\n") });
  await sagemaker.createAlgorithm({
    AlgorithmName: "trees",
    AlgorithmDescription: "XGBoost for yes and no",
    TrainingSpecification: {
      TrainingImage: xgboost,
      SupportedTrainingInstanceTypes: ["ml.m5.large"],
      SupportsDistributedTraining: false,
      SupportedHyperParameters: [
        {
          Name: "num_round",
          Type: "Integer",
          IsRequired: true,
          IsTunable: true,
          Range: { IntegerParameterRangeSpecification: { MinValue: "1", MaxValue: "100" } },
        },
        { Name: "objective", Type: "FreeText", DefaultValue: "binary:logistic" },
      ],
      TrainingChannels: [
        { Name: "train", IsRequired: true, SupportedContentTypes: ["text/csv"], SupportedInputModes: ["File"] },
      ],
    },
    InferenceSpecification: {
      Containers: [{ Image: xgboost }],
      SupportedContentTypes: ["text/csv"],
      SupportedResponseMIMETypes: ["text/csv"],
      SupportedRealtimeInferenceInstanceTypes: ["ml.m5.large"],
      SupportedTransformInstanceTypes: ["ml.m5.large"],
    },
  });
});

test("an algorithm is listed, tagged and deleted", async () => {
  await sagemaker.createAlgorithm({
    AlgorithmName: "passing",
    TrainingSpecification: {
      TrainingImage: xgboost,
      SupportedTrainingInstanceTypes: ["ml.m5.large"],
      TrainingChannels: [{ Name: "train", SupportedContentTypes: ["text/csv"], SupportedInputModes: ["File"] }],
    },
    Tags: [{ Key: "team", Value: "blue" }],
  });
  const names: string[] = [];
  for await (const page of paginateListAlgorithms({ client: sagemaker, pageSize: 1 }, { SortBy: "Name" }))
    names.push(...page.AlgorithmSummaryList!.map(({ AlgorithmName }) => AlgorithmName!));
  expect(names).toEqual(["passing", "trees"]);
  const { AlgorithmArn } = await sagemaker.describeAlgorithm({ AlgorithmName: "passing" });
  expect((await sagemaker.listTags({ ResourceArn: AlgorithmArn })).Tags).toEqual([{ Key: "team", Value: "blue" }]);
  await sagemaker.deleteAlgorithm({ AlgorithmName: "passing" });
  await expect(sagemaker.describeAlgorithm({ AlgorithmName: "passing" })).rejects.toThrow("does not exist");
});

test("where profiles go is changed of a job that waits, and of one that runs until it is profiled", async () => {
  const of = { data: `s3://${Bucket}/train/`, output: `s3://${Bucket}/out` };
  const hyperparameters = { objective: "binary:logistic", num_round: "1000000" };
  for (const name of ["runs", "waits"]) await sagemaker.createTrainingJob(xgboostJob(name, { ...of, hyperparameters }));
  const describe = (TrainingJobName: string) => sagemaker.describeTrainingJob({ TrainingJobName });
  await expect.poll(async () => (await describe("runs")).SecondaryStatus, { timeout: 30_000 }).toBe("Training");
  const ProfilerConfig = { S3OutputPath: `s3://${Bucket}/profiles`, ProfilingIntervalInMilliseconds: 500 };
  await sagemaker.updateTrainingJob({ TrainingJobName: "waits", ProfilerConfig });
  expect((await describe("waits")).ProfilerConfig).toEqual(ProfilerConfig);
  await sagemaker.updateTrainingJob({ TrainingJobName: "waits", ProfilerConfig: { S3OutputPath: `s3://${Bucket}/p` } });
  await sagemaker.updateTrainingJob({ TrainingJobName: "runs", ProfilerConfig });
  expect((await describe("runs")).ProfilerConfig).toEqual(ProfilerConfig);
  const elsewhere = { TrainingJobName: "runs", ProfilerConfig: { S3OutputPath: `s3://${Bucket}/elsewhere` } };
  await expect(sagemaker.updateTrainingJob(elsewhere)).rejects.toThrow(
    `ProfilerConfig.S3OutputPath cannot be changed while the training job is profiled. It is "s3://${Bucket}/profiles".`,
  );
  for (const TrainingJobName of ["waits", "runs"]) await sagemaker.stopTrainingJob({ TrainingJobName });
});

test("the SageMaker SDK's AlgorithmEstimator trains, makes a model package and deploys it", async (context) => {
  const printed = await runPython(
    context,
    server,
    "v2",
    `
import sagemaker
from sagemaker.algorithm import AlgorithmEstimator
from sagemaker.inputs import TrainingInput
from sagemaker.serializers import CSVSerializer

session = sagemaker.Session(default_bucket="${Bucket}")
estimator = AlgorithmEstimator(
    "arn:aws:sagemaker:${region}:123456789012:algorithm/trees", "${role}", 1, "ml.m5.large",
    sagemaker_session=session, hyperparameters={"num_round": 10},
)
estimator.fit({"train": TrainingInput("s3://${Bucket}/train/", content_type="text/csv")}, logs=False)
job = estimator.latest_training_job.describe()
print(job["AlgorithmSpecification"]["AlgorithmName"], "TrainingImage" in job["AlgorithmSpecification"])
print(sorted(job["HyperParameters"].items()))
predictor = estimator.deploy(1, "ml.m5.large", serializer=CSVSerializer())
print(float(predictor.predict("0.9")) > 0.5, float(predictor.predict("0.1")) > 0.5)
(package,) = session.sagemaker_client.list_model_packages(ModelPackageType="Unversioned")["ModelPackageSummaryList"]
source = session.sagemaker_client.describe_model_package(ModelPackageName=package["ModelPackageArn"])
print(source["SourceAlgorithmSpecification"]["SourceAlgorithms"][0]["ModelDataUrl"] == estimator.model_data)
`,
  );
  expect(printed).toContain(`arn:aws:sagemaker:${region}:123456789012:algorithm/trees False
[('num_round', '10'), ('objective', 'binary:logistic')]
`);
  expect(printed).toMatch(/True False\nTrue\n$/);
});
