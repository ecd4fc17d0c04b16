import { expect, it } from "vitest";
import { commandArguments, readHyperparameters } from "./hyperparameters.ts";
import { shownCores, shownFacts, type TrainingFacts, trainingEnvironment } from "./training-environment.ts";

const hosts = ["algo-1"];
const facts = (texts: Record<string, string>): TrainingFacts => ({
  root: "/opt/ml",
  hyperparameters: readHyperparameters(texts),
  channels: { train: { TrainingInputMode: "File" }, "test-1": {} },
  resources: {
    ...{
      current_host: "algo-1",
      current_instance_type: "ml.m5.large",
      current_group_name: "homogeneousCluster",
      hosts,
    },
    instance_groups: [{ instance_group_name: "homogeneousCluster", hosts }],
    network_interface_name: "eth0",
  },
  jobName: "job",
  program: "train.py",
  cores: 2,
});

it("gives the script its own hyperparameters, by name, and keeps those of the toolkit", () => {
  const { own, framework, reserved } = readHyperparameters({
    sagemaker_program: '"train.py"',
    sagemaker_job_name: '"job"',
    sagemaker_some: "true",
    _tuning_objective_metric: '"loss"',
    "batch-size": "0.5",
    names: '["x", 1]',
    a: "1",
    map: '{"k": "v", "b": [1]}',
    text: '"a b"',
    raw: "a b",
    flag: "true",
    nothing: "null",
  });
  expect(commandArguments(own).join("|")).toBe(
    "-a|1|--batch-size|0.5|--flag|True|--map|b=[1],k=v|--names|['x', 1]|--nothing||--raw|a b|--text|a b",
  );
  expect([...framework.keys()]).toEqual(["sagemaker_some"]);
  expect([...reserved.keys()]).toEqual(["sagemaker_program", "sagemaker_job_name", "_tuning_objective_metric"]);
});

it("gives the script numbers that JSON has not, and shows them in the log", () => {
  const texts = {
    inf: "Infinity",
    low: "-Infinity",
    nan: "NaN",
    list: "[Infinity, NaN]",
    big: "123456789012345678901",
  };
  const given = facts(texts);
  expect(commandArguments(given.hyperparameters.own).join("|")).toBe(
    "--big|123456789012345678901|--inf|inf|--list|[inf, nan]|--low|-inf|--nan|nan",
  );
  expect(trainingEnvironment(given)).toMatchObject({
    ...{ SM_HP_INF: "Infinity", SM_HP_LOW: "-Infinity", SM_HP_NAN: "NaN", SM_HP_LIST: "[Infinity,NaN]" },
    SM_HPS: '{"big":123456789012345678901,"inf":Infinity,"list":[Infinity,NaN],"low":-Infinity,"nan":NaN}',
  });
  expect(shownFacts(given)).toContain(`    "hyperparameters": {
        "big": 123456789012345678901,
        "inf": Infinity,
        "list": [
            Infinity,
            NaN
        ],
        "low": -Infinity,
        "nan": NaN
    },`);
});

it("tells the script of the cores of its limit, where the machine has as many", () => {
  const limits = [undefined, "2", "8", "1.5", "0.5"];
  expect(limits.map((SAGEBRUSH_CORES) => shownCores({ SAGEBRUSH_CORES }, 4))).toEqual([4, 2, 4, 1, 1]);
});

it("tells the script of its job by the variables of the toolkit", () => {
  const found = trainingEnvironment(facts({ "batch-size": "1.0", text: '"日"', sagemaker_container_log_level: "10" }));
  expect(found).toMatchObject({
    SM_HPS: '{"batch-size":1.0,"text":"\\u65e5"}',
    "SM_HP_BATCH-SIZE": "1.0",
    SM_HP_TEXT: "日",
    SM_CHANNELS: '["test-1","train"]',
    SM_CHANNEL_TRAIN: "/opt/ml/input/data/train",
    "SM_CHANNEL_TEST-1": "/opt/ml/input/data/test-1",
    SM_MODEL_DIR: "/opt/ml/model",
    SM_OUTPUT_DATA_DIR: "/opt/ml/output/data",
    SM_OUTPUT_INTERMEDIATE_DIR: "/opt/ml/output/intermediate",
    SM_USER_ARGS: '["--batch-size","1.0","--text","\\u65e5"]',
    SM_MODULE_NAME: "train",
    SM_USER_ENTRY_POINT: "train.py",
    SM_MODULE_DIR: "/opt/ml/code",
    SM_FRAMEWORK_MODULE: "",
    SM_FRAMEWORK_PARAMS: "{}",
    SM_LOG_LEVEL: "10",
    SM_NUM_CPUS: "2",
    SM_NUM_GPUS: "0",
    SM_HOSTS: '["algo-1"]',
    SM_CURRENT_HOST: "algo-1",
    SM_CURRENT_INSTANCE_GROUP_HOSTS: '["algo-1"]',
    SM_INPUT_DATA_CONFIG: '{"test-1":{},"train":{"TrainingInputMode":"File"}}',
    SM_MASTER_ADDR: "algo-1",
  });
  expect(JSON.parse(found.SM_TRAINING_ENV!)).toMatchObject({ job_name: "job", is_master: true, num_cpus: 2 });
});
