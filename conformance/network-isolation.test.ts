import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readDataSet } from "../examples/breast-cancer/data-set.ts";
import { clientsOf, linesOf, patience } from "./clients.ts";
import { pathWithout } from "./path-without.ts";
import { Bucket, basePython, endOf, input, processingJob, uploadTexts } from "./processing-jobs.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { createTestServer, root, useServer } from "./server.ts";
import { role, xgboost, xgboostJob } from "./xgboost-job.ts";

const server = useServer({ environment: scriptEnvironments });
const clients = () => clientsOf(server);
const resources = { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 } as const;
const abstract = `sagebrush-neighbour-${process.pid}`;
const neighbours: Server[] = [];
let ports: string[];

/** What other jobs of the machine may have: a port and an abstract socket. */
async function neighbour(address: { readonly port: number; readonly host: string } | { readonly path: string }) {
  const made = createServer((socket) => socket.end()).listen(address);
  neighbours.push(made);
  await new Promise((resolve) => made.once("listening", resolve));
  return made.address();
}

beforeAll(async () => {
  await uploadTexts(server);
  const { s3 } = clients();
  const probe = readFileSync(join(root, "conformance/scripts/network-probe/probe.py"));
  await s3.putObject({ Bucket, Key: "code/probe.py", Body: probe });
  const talk = readFileSync(join(root, "conformance/scripts/hosts-talk/talk.py"));
  await s3.putObject({ Bucket, Key: "hosts/talk.py", Body: talk });
  for (const shard of ["a", "b", "c", "d"]) await s3.putObject({ Bucket, Key: `shards/${shard}`, Body: shard });
  await s3.putObject({ Bucket, Key: "train.csv", Body: readDataSet().train.join("\n") });
  const { port } = (await neighbour({ port: 0, host: "127.0.0.1" })) as AddressInfo;
  await neighbour({ path: `\0${abstract}` });
  ports = [/:(\d+)$/.exec(server.url)![1]!, String(port)];
});
afterAll(() => {
  for (const made of neighbours) made.close();
});

/** Runs the probe as a processing job or as a training job, and returns what it found. */
const kinds = {
  async processing(name: string, isIsolated: boolean) {
    const folder = "/opt/ml/processing/input/code";
    await clients().sagemaker.createProcessingJob(
      processingJob(name, "", {
        AppSpecification: {
          ImageUri: basePython,
          ContainerEntrypoint: ["python", `${folder}/probe.py`, ...ports, abstract],
        },
        ProcessingInputs: [input("code", "code/")],
        ProcessingOutputConfig: undefined,
        NetworkConfig: { EnableNetworkIsolation: isIsolated },
      }),
    );
    const { ProcessingJobStatus } = await endOf(server, name);
    return { status: ProcessingJobStatus, found: await foundBy("/aws/sagemaker/ProcessingJobs", name) };
  },
  async training(name: string, isIsolated: boolean) {
    await clients().sagemaker.createTrainingJob({
      TrainingJobName: name,
      RoleArn: role,
      AlgorithmSpecification: {
        TrainingImage: basePython,
        TrainingInputMode: "File",
        ContainerEntrypoint: ["python", "/opt/ml/input/data/code/probe.py", ...ports, abstract],
      },
      InputDataConfig: [
        {
          ChannelName: "code",
          DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${Bucket}/code/` } },
        },
      ],
      OutputDataConfig: { S3OutputPath: `s3://${Bucket}/out` },
      ResourceConfig: resources,
      StoppingCondition: { MaxRuntimeInSeconds: 600 },
      EnableNetworkIsolation: isIsolated,
    });
    return { status: await endOfTraining(name), found: await foundBy("/aws/sagemaker/TrainingJobs", name) };
  },
};

async function endOfTraining(TrainingJobName: string) {
  const status = async () =>
    (await clients().sagemaker.describeTrainingJob({ TrainingJobName })).TrainingJobStatus as string;
  await expect.poll(status, patience).not.toBe("InProgress");
  return status();
}

async function foundBy(group: string, name: string) {
  const lines = (await linesOf(server, group, `${name}/`)).flat();
  const text = lines.find((line) => line.startsWith("PROBE "));
  expect(text, lines.join("\n")).toBeDefined();
  return JSON.parse(text!.slice("PROBE ".length));
}

test.each([
  ["alone", true, "ECONNREFUSED"],
  ["with the server", false, 200],
] as const)("hosts of a job reach each other %s", async (title, isIsolated, answer) => {
  const name = `hosts-${title.replaceAll(" ", "-")}`;
  const folder = "/opt/ml/processing/input/code";
  const shards = input("shards", "shards/");
  await clients().sagemaker.createProcessingJob(
    processingJob(name, "", {
      AppSpecification: { ImageUri: basePython, ContainerEntrypoint: ["python", `${folder}/talk.py`, ports[1]!] },
      ProcessingInputs: [
        input("code", "hosts/"),
        { ...shards, S3Input: { ...shards.S3Input!, S3DataDistributionType: "ShardedByS3Key" } },
      ],
      ProcessingOutputConfig: {
        Outputs: [
          {
            OutputName: "found",
            S3Output: {
              S3Uri: `s3://${Bucket}/out/${name}`,
              LocalPath: "/opt/ml/processing/output",
              S3UploadMode: "EndOfJob",
            },
          },
        ],
      },
      ProcessingResources: { ClusterConfig: { ...resources, InstanceCount: 3 } },
      NetworkConfig: { EnableNetworkIsolation: isIsolated },
    }),
  );
  const { ProcessingJobStatus, FailureReason } = await endOf(server, name);
  expect([ProcessingJobStatus, FailureReason]).toEqual(["Completed", undefined]);
  const hosts = ["algo-1", "algo-2", "algo-3"];
  const files = [["a", "d"], ["b"], ["c"]];
  for (const [index, host] of hosts.entries()) {
    const { Body } = await clients().s3.getObject({ Bucket, Key: `out/${name}/${host}.json` });
    expect(JSON.parse(await Body!.transformToString())).toEqual({
      ...{ host, hosts, files: files[index], first: index === 0 ? null : "algo-1" },
      ...{ "others port": "EADDRNOTAVAIL", metadata: "ENETUNREACH", internet: "ENETUNREACH" },
      ...{ machine: "ECONNREFUSED", server: answer },
    });
  }
});

test.each(["processing", "training"] as const)(
  "a %s job with EnableNetworkIsolation has its loopback and no more",
  async (kind) => {
    expect(await kinds[kind](`${kind}-isolated`, true)).toEqual({
      status: "Completed",
      found: {
        ...{ server: "ECONNREFUSED", neighbour: "ECONNREFUSED", abstract: "ECONNREFUSED" },
        ...{ metadata: "ENETUNREACH", credentials: "ENETUNREACH", nameserver: "ENETUNREACH", name: "gaierror" },
        ...{ loopback: "reached", interfaces: ["lo"], role: [] },
      },
    });
    // The probe finds what there is to find.
    expect(await kinds[kind](`${kind}-open`, false)).toMatchObject({
      status: "Completed",
      found: {
        ...{ server: "reached", neighbour: "reached", abstract: "reached", loopback: "reached" },
        role: ["AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_CONTAINER_CREDENTIALS_FULL_URI"],
      },
    });
  },
);

/** The network namespaces of the processes of this home's runs whose command line names that program. */
const networksOf = (program: string): string[] =>
  readdirSync("/proc").flatMap((pid) => {
    try {
      const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, "utf8");
      if (!read("cmdline").split("\0")[1]?.includes(program) || !read("mountinfo").includes(`${server.home}/runs/`))
        return [];
      return [readlinkSync(`/proc/${pid}/ns/net`)];
    } catch {
      return [];
    }
  });

test("a built-in algorithm and its model server work in a network of their own", async () => {
  const { sagemaker, runtime } = clients();
  const hyperparameters = { objective: "binary:logistic", num_round: "40" };
  const request = { data: `s3://${Bucket}/train.csv`, output: `s3://${Bucket}/out`, hyperparameters };
  await sagemaker.createTrainingJob({ ...xgboostJob("algorithm", request), EnableNetworkIsolation: true });
  const networks = new Set<string>();
  const isOver = async () => {
    for (const network of networksOf("algorithm/train")) networks.add(network);
    const { TrainingJobStatus } = await sagemaker.describeTrainingJob({ TrainingJobName: "algorithm" });
    return TrainingJobStatus;
  };
  await expect.poll(isOver, { ...patience, interval: 5 }).toBe("Completed");
  expect([...networks]).toEqual([expect.any(String)]);
  expect(networks).not.toContain(readlinkSync("/proc/self/ns/net"));

  const { ModelArtifacts } = await sagemaker.describeTrainingJob({ TrainingJobName: "algorithm" });
  await sagemaker.createModel({
    ModelName: "closed",
    ExecutionRoleArn: role,
    PrimaryContainer: { Image: xgboost, ModelDataUrl: ModelArtifacts!.S3ModelArtifacts! },
    EnableNetworkIsolation: true,
  });
  await sagemaker.createEndpointConfig({
    EndpointConfigName: "closed",
    ProductionVariants: [
      { VariantName: "one", ModelName: "closed", InstanceType: "ml.m5.large", InitialInstanceCount: 1 },
    ],
  });
  await sagemaker.createEndpoint({ EndpointName: "closed", EndpointConfigName: "closed" });
  const status = async () => (await sagemaker.describeEndpoint({ EndpointName: "closed" })).EndpointStatus;
  await expect.poll(status, patience).toBe("InService");
  const [label, ...row] = readDataSet().train[0]!.split(",");
  const answer = await runtime.invokeEndpoint({ EndpointName: "closed", ContentType: "text/csv", Body: row.join(",") });
  expect(Math.round(Number(new TextDecoder().decode(answer.Body)))).toBe(Number(label));
  const [network, ...others] = networksOf("serving/serve");
  expect(others).toEqual([]);
  expect(network).not.toBe(readlinkSync("/proc/self/ns/net"));
  await sagemaker.deleteEndpoint({ EndpointName: "closed" });
});

test("without bubblewrap a sandbox is made by unshare, and keeps the same promises", async () => {
  const PATH = await pathWithout("bwrap");
  const other = await createTestServer({ environment: { ...scriptEnvironments, PATH } });
  try {
    await other.start();
    expect((await other.sagebrush("doctor")).stdout).toMatch(
      /^ok +Sandbox +util-linux's unshare, in place of bubblewrap, works: .* scripts can run, and EnableNetworkIsolation/m,
    );
    const { sagemaker, logs } = clientsOf(other);
    const code = `import os; print(os.listdir("/"), os.uname().nodename)
import socket; print(socket.if_nameindex(), os.path.exists("${other.home}/keys"), os.access("/usr", os.W_OK))`;
    await sagemaker.createProcessingJob(
      processingJob("shut-in", "", {
        AppSpecification: { ImageUri: basePython, ContainerEntrypoint: ["python", "-c", code] },
        ProcessingInputs: undefined,
        NetworkConfig: { EnableNetworkIsolation: true },
        ProcessingOutputConfig: undefined,
      }),
    );
    expect(await endOf(other, "shut-in")).toMatchObject({ ProcessingJobStatus: "Completed" });
    const { events = [] } = await logs.filterLogEvents({ logGroupName: "/aws/sagemaker/ProcessingJobs" });
    const printed = events.map(({ message }) => message!);
    expect(printed.at(-1)).toBe("[(1, 'lo')] False False");
    expect(printed.at(-2)).toMatch(/'opt'.* algo-1$/);
  } finally {
    await other.close();
    await rm(PATH, { recursive: true });
  }
});

test("requirements are installed in the job's network", async () => {
  const { sagemaker, s3 } = clients();
  let asked = 0;
  const index = createHttpServer((_, response) => {
    asked++;
    response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  neighbours.push(index);
  await new Promise((resolve) => index.once("listening", resolve));
  const { port } = index.address() as AddressInfo;
  const requirements = `--index-url http://127.0.0.1:${port}/simple\nsagebrush-asks-for-this\n`;
  await s3.putObject({ Bucket, Key: "asking/requirements.txt", Body: requirements });
  await s3.putObject({ Bucket, Key: "asking/train.py", Body: "" });
  const train = async (TrainingJobName: string, EnableNetworkIsolation: boolean) => {
    const place = { S3DataType: "S3Prefix", S3Uri: `s3://${Bucket}/asking/` } as const;
    await sagemaker.createTrainingJob({
      TrainingJobName,
      RoleArn: role,
      AlgorithmSpecification: { TrainingImage: basePython, TrainingInputMode: "File" },
      HyperParameters: { sagemaker_program: "train.py", sagemaker_submit_directory: "/opt/ml/input/data/code" },
      InputDataConfig: [{ ChannelName: "code", DataSource: { S3DataSource: place } }],
      OutputDataConfig: { S3OutputPath: `s3://${Bucket}/out` },
      ResourceConfig: resources,
      StoppingCondition: { MaxRuntimeInSeconds: 600 },
      EnableNetworkIsolation,
    });
    await endOfTraining(TrainingJobName);
    return (await sagemaker.describeTrainingJob({ TrainingJobName })).FailureReason;
  };
  expect(await train("asks-isolated", true)).toMatch(
    /^ClientError: The job has no network \(EnableNetworkIsolation\)\. requirements\.txt could not be installed: /,
  );
  expect(asked).toBe(0);
  expect(await train("asks-open", false)).toMatch(/^ClientError: requirements\.txt could not be installed: /);
  expect(asked).toBeGreaterThan(0);
});
