import { expect, test, vi } from "vitest";
import { clientsOf, linesOf } from "../../clients.ts";
import { freePort } from "../../free-port.ts";
import { runClient, runPython } from "../../python-clients.ts";
import { useServer } from "../../server.ts";
import { systemFolder } from "../installation.ts";
import { installed } from "../installed.ts";
import { environmentsOf, jarOf } from "./places.ts";
import { sparkJobs } from "./spark-jobs.ts";
import { startHistory } from "./start-history.ts";

const server = useServer({ environment: { SAGEBRUSH_ENVIRONMENTS: environmentsOf(systemFolder("spark-jobs")) } });
/** Spark alone needs half a minute on a busy machine. */
vi.setConfig({ testTimeout: 1_200_000 });
const limits = { timeout: 600_000, interval: 250 };
const group = "/aws/sagemaker/ProcessingJobs";
const resources = `role="arn:aws:iam::123456789012:role/SageMakerRole", instance_type="ml.m5.large", instance_count=2, sagemaker_session=session`;
const logOf = async (name: string) => (await linesOf(server, group, `${name}/`)).flat();
const described = (ProcessingJobName: string) =>
  clientsOf(server).sagemaker.describeProcessingJob({ ProcessingJobName });
const ended = async (name: string) => {
  await expect
    .poll(async () => (await described(name)).ProcessingJobStatus, limits)
    .toMatch(/^(Completed|Failed|Stopped)$/);
  return await described(name);
};

/** A job that has the image's own command, as a plain client makes it. */
const plainJob = (ProcessingJobName: string, ...ContainerArguments: string[]) => ({
  ProcessingJobName,
  RoleArn: "arn:aws:iam::123456789012:role/SageMakerRole",
  AppSpecification: {
    ImageUri: "153931337802.dkr.ecr.us-west-2.amazonaws.com/sagemaker-spark-processing:3.5-cpu-py312-v1.0",
    ContainerArguments,
  },
  ProcessingResources: {
    ClusterConfig: { InstanceCount: 1, InstanceType: "ml.m5.large" as const, VolumeSizeInGB: 5 },
  },
});

test("the example counts words in S3, without those of another file, and leaves a history that can be opened", async (context) => {
  await installed(context, sparkJobs);
  const { code, stdout, stderr } = await runClient(context, server, "v2", ["python", "examples/spark_jobs.py"]);
  expect([code, code === 0 ? "" : stdout + stderr]).toEqual([0, ""]);
  expect(stdout).toContain("Python 3.11");
  expect(stdout).toContain("word,count\nbreast,3\nfirst,3\nfor,3\nby,2");
  const [, events] = /^Event log: (s3:\/\/\S+)\/[^/\s]+$/m.exec(stdout)!;
  const history = await startHistory(server, events!, await freePort());
  try {
    const applications = () => fetch(`${history.url}/api/v1/applications`).then((answer) => answer.json(), String);
    await expect
      .poll(applications, limits)
      .toMatchObject([{ name: "word count", attempts: [{ completed: true, appSparkVersion: "3.5.9" }] }]);
  } finally {
    await history.close();
  }
});

test("a jar on two hosts that asks for Spark 2.4 runs once, though the server is killed meanwhile", async (context) => {
  const folder = await installed(context, sparkJobs);
  const program = `
import sagemaker
from sagemaker.spark.processing import SparkJarProcessor

session = sagemaker.Session()
processor = SparkJarProcessor(framework_version="2.4", ${resources})
processor.run(submit_app="${jarOf(folder)}", submit_class="SparkPi", arguments=["40", "2"], wait=False, logs=False)
print("\\nNAME " + processor.latest_job.job_name)
`;
  const [, name] = /^NAME (\S+)$/m.exec(await runPython(context, server, "v2", program))!;
  await expect.poll(() => logOf(name!), limits).toContainEqual(expect.stringMatching(/^Submitting: spark-submit /));
  await server.kill();
  await server.start({ SAGEBRUSH_SPARK_JAVA: "/nowhere" });
  // The job that runs has its Java; another one is not begun without.
  const refused = clientsOf(server).sagemaker.createProcessingJob(plainJob("no-java", "x.py"));
  await expect(refused).rejects.toThrow(
    /sagemaker-spark-processing:3\.5\S+ runs Spark 3\.5, which needs Java 17, and SAGEBRUSH_SPARK_JAVA=\/nowhere is another\. Install it/,
  );
  const job = await ended(name!);
  expect([job.ProcessingJobStatus, job.FailureReason]).toEqual(["Completed", undefined]);
  const streams = await linesOf(server, group, `${name}/`);
  // Each host says once what it is, and shows what its executor says.
  const image = /^Python 3\.\d+\.\d+ with the packages spark-3\.5\. AWS's image has Python 3\.7 and Spark 2\.4\.$/;
  for (const stream of streams) {
    expect(stream.filter((line) => line.includes("AWS's image has"))).toEqual([expect.stringMatching(image)]);
    expect(stream).toContainEqual(expect.stringMatching(/ Executor: Finished task \d+\.0 in stage 0\.0 /));
  }
  expect(streams.length).toBe(2);
  const lines = streams.flat();
  expect(lines.filter((line) => line.startsWith("Pi is roughly"))).toEqual([
    expect.stringMatching(/^Pi is roughly 3\.1[34]/),
  ]);
});

test("the image's own command says what is wrong with its flags and files", async (context) => {
  await installed(context, sparkJobs);
  await server.kill();
  await server.start();
  const { sagemaker } = clientsOf(server);
  const said = {
    "no-flag": [["--conf", "a=b", "x.py"], "smspark-submit: there is no flag --conf; give one of --jars, --py-files"],
    "no-file": [["--jars", "/opt/ml/none", "x.py"], 'smspark-submit: --jars has "/opt/ml/none", and there is no file.'],
    "no-app": [["--verbose"], "smspark-submit: the application is missing: a .py or .jar file, after the flags."],
  } as const;
  for (const [name, [words]] of Object.entries(said)) await sagemaker.createProcessingJob(plainJob(name, ...words));
  for (const [name, [, line]] of Object.entries(said)) {
    expect((await ended(name)).ProcessingJobStatus, name).toBe("Failed");
    expect(await logOf(name), name).toContainEqual(expect.stringContaining(line));
  }
});

test("doctor names the Java of Spark jobs", async () => {
  expect((await server.sagebrush("doctor")).stdout).toMatch(/ Java +Spark jobs run on \//);
});
