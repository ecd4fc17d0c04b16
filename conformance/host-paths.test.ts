import { homedir } from "node:os";
import { dirname } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { linesOf, patience } from "./clients.ts";
import { endOf, input, Bucket as Probes, processingJob, uploadTexts } from "./processing-jobs.ts";
import { scriptEnvironments } from "./script-environments.ts";
import { base, refusal, useScriptServer } from "./served-scripts.ts";
import { role } from "./xgboost-job.ts";

const { server, clients, deploy, remove, ask } = useScriptServer();
beforeAll(async () => {
  await uploadTexts(server);
  // A line of a log has 64 KiB at most.
  const Body = `${probe}\nsaid = words()\nfor at in range(0, len(said), 30000):\n    print("SAID " + said[at : at + 30000])\n`;
  await clients().s3.putObject({ Bucket: Probes, Key: "code/probe.py", Body });
});

/** Says all that a script can read of where it is; `base` is the Python of the machine, which may lie in a home. */
const probe = `
import json, os, sys, sysconfig, traceback
import sagemaker_containers, boto3

def below(folder, depth):
    if depth == 0 or os.path.islink(folder):
        return [folder]
    try:
        return [folder, *(path for name in sorted(os.listdir(folder)) for path in below(os.path.join(folder, name), depth - 1))]
    except OSError:
        return [folder]

def words():
    try:
        boto3.client("s3").get_object()
    except Exception:
        raised = traceback.format_exc()
    return json.dumps({
        "env": [f"{name}={value}" for name, value in os.environ.items()],
        "path": sys.path,
        "modules": sorted({getattr(module, "__file__", None) or "" for module in list(sys.modules.values())}),
        "python": [sys.executable, os.path.realpath("/opt/ml/.python/bin/python"), *sysconfig.get_paths().values()],
        "raised": raised,
        "folders": [path for name in os.listdir("/") if name not in ("proc", "sys", "dev", "usr", "lib", "lib64", "etc") for path in below("/" + name, 5)],
        "base": sys.base_prefix,
    })
`;

/** No folder of the checkout, of the server's home, of its environments, or of whose server it is. */
function expectNoHostPath(text: string): void {
  const { base: machine, ...said } = JSON.parse(text) as Record<string, string[] | string> & { base: string };
  const checkout = dirname(import.meta.dirname);
  const hidden = [checkout, server.home, homedir(), ...Object.values(scriptEnvironments), "/work"];
  // A Python that finds its libraries at its own path alone is seen there, and the folders above it.
  const seen = machine.startsWith("/opt/sagebrush") || machine.startsWith("/usr") ? [] : [machine];
  const isSeen = (path: string) => seen.some((one) => path.startsWith(one) || one.startsWith(path));
  for (const [what, texts] of Object.entries(said))
    for (const one of [texts].flat())
      for (const line of one.split("\n")) {
        const rest = isSeen(line) ? "" : seen.reduce((left, path) => left.replaceAll(path, ""), line);
        for (const path of hidden) expect(rest.includes(path), `${what}: ${line}`).toBe(false);
      }
  expect(said.folders).toContain("/opt/sagebrush/clients/sitecustomize.py");
  expect(String(said.raised)).toContain("/opt/sagebrush/environments/base-python-");
}

const saidIn = (lines: readonly string[]): string =>
  lines.flatMap((line) => (line.startsWith("SAID ") ? line.slice(5) : [])).join("") || `nothing: ${lines.join("\n")}`;

test("a training script sees no path of the server's machine", async () => {
  await clients().sagemaker.createTrainingJob({
    TrainingJobName: "looks",
    AlgorithmSpecification: {
      ...{ TrainingImage: base, TrainingInputMode: "File" },
      ContainerEntrypoint: ["python", "/opt/ml/input/data/code/probe.py"],
    },
    InputDataConfig: [
      { ChannelName: "code", DataSource: { S3DataSource: { S3DataType: "S3Prefix", S3Uri: `s3://${Probes}/code/` } } },
    ],
    ...{ RoleArn: role, OutputDataConfig: { S3OutputPath: `s3://${Probes}/out` } },
    ResourceConfig: { InstanceType: "ml.m5.large", InstanceCount: 1, VolumeSizeInGB: 1 },
    StoppingCondition: { MaxRuntimeInSeconds: 600 },
  });
  const status = async () =>
    (await clients().sagemaker.describeTrainingJob({ TrainingJobName: "looks" })).TrainingJobStatus;
  await expect.poll(status, patience).toBe("Completed");
  expectNoHostPath(saidIn((await linesOf(server, "/aws/sagemaker/TrainingJobs", "looks/algo-1-")).flat()));
});

test("neither does a processing script", async () => {
  const code = { ProcessingInputs: [input("code", "code/")] };
  await clients().sagemaker.createProcessingJob(processingJob("looks", "python processing/input/code/probe.py", code));
  expect(await endOf(server, "looks")).toMatchObject({ ProcessingJobStatus: "Completed" });
  expectNoHostPath(saidIn((await linesOf(server, "/aws/sagemaker/ProcessingJobs", "looks/algo-1-")).flat()));
});

test("nor a serving script, nor who calls it", async () => {
  const script = `${probe}
def model_fn(folder):
    return words()
def input_fn(body, content_type):
    return body
def predict_fn(body, model):
    if body == "raise":
        raise ValueError("nought")
    return model
def output_fn(said, accept):
    return said
`;
  await deploy("looks", { files: { "code/inference.py": script } });
  expectNoHostPath((await ask("looks", "say", "text/csv"))[1]!);
  const [, words] = await refusal(ask("looks", "raise", "text/csv"));
  expect(words).toMatch(/File "\/opt\/sagebrush\/serving\/script_functions\.py"/);
  expect(words).not.toContain(dirname(import.meta.dirname));
  await remove("looks");
});
