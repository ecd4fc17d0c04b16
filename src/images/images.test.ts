import { describe, expect, it } from "vitest";
import { productCommand } from "../base/product-program.ts";
import { createImageCatalogue } from "./image-catalogue.ts";
import { parseImageUri } from "./image-uri.ts";
import { images } from "./images.gen.ts";
import { sagemakerXgboost, xgboost } from "./xgboost.ts";

const digest = `sha256:${"ab".repeat(32)}`;

describe("parseImageUri", () => {
  it.each([
    [
      "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost:1.7-1",
      { account: "246618743249", region: "us-west-2", repository: "sagemaker-xgboost", tag: "1.7-1" },
    ],
    [
      "451049120500.dkr.ecr.cn-north-1.amazonaws.com.cn/team/xgboost",
      { account: "451049120500", region: "cn-north-1", repository: "team/xgboost", tag: "latest" },
    ],
    [
      `123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/a@${digest}`,
      { account: "123456789012", region: "us-gov-west-1", repository: "a", digest },
    ],
    ["sagemaker-xgboost:1.7-1", undefined],
    ["12345.dkr.ecr.us-west-2.amazonaws.com/xgboost:1", undefined],
    ["123456789012.dkr.ecr.us-west-2.amazonaws.com/", undefined],
    ["", undefined],
  ])("%s", (uri, parts) => expect(parseImageUri(uri)).toEqual(parts));
});

describe("the catalogue of images", () => {
  const catalogue = createImageCatalogue([sagemakerXgboost, xgboost]);

  it("finds an image by repository and tag, whatever account and region hold it", () => {
    for (const tag of ["1.7-1", "1.0-1-cpu-py3", "3.0-5"])
      expect(
        catalogue.find(`000000000001.dkr.ecr.eu-north-1.amazonaws.com/sagemaker-xgboost:${tag}`)?.training?.program,
      ).toMatchObject({ arguments: ["xgboost", tag.replace("-cpu-py3", "")] });
    expect(catalogue.find("433757028032.dkr.ecr.us-west-2.amazonaws.com/xgboost")?.serving?.program).toMatchObject({
      arguments: ["xgboost", "1"],
    });
  });

  it("finds nothing for an unknown tag, an unknown repository, a bare digest", () => {
    for (const name of ["sagemaker-xgboost:9.9-1", "sagemaker-xgboost", "linear-learner:1", `xgboost@${digest}`])
      expect(catalogue.find(`433757028032.dkr.ecr.us-west-2.amazonaws.com/${name}`)).toBeUndefined();
  });

  it("names the images that can do what was asked for, and no others", () => {
    const { serving: _, ...training } = xgboost;
    const some = createImageCatalogue([sagemakerXgboost, training]);
    expect(some.describe("training")).toContain("sagemaker-xgboost (0.90-1, 0.90-1-cpu-py3,");
    expect(some.describe("training")).toContain(", xgboost (1, latest)");
    expect(some.describe("serving")).not.toContain(", xgboost (");
  });

  it("refuses the same image defined twice", () => {
    expect(() => createImageCatalogue([xgboost, xgboost])).toThrow("The images xgboost are defined twice.");
  });
});

it.each([
  ["linear-learner:1", "linear-learner is an image of AWS's that is not built here yet"],
  ["sagemaker-xgboost:9.9-1", "sagemaker-xgboost has no version 9.9-1 here, only 0.90-1,"],
  ["my/own:1", "AWS has no image my/own, and images of your own are not run yet"],
  ["", "it is not of the form ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG"],
])("says of %j that %s", (name, words) => {
  const catalogue = createImageCatalogue([sagemakerXgboost, xgboost]);
  expect(catalogue.lack(`433757028032.dkr.ecr.us-west-2.amazonaws.com/${name}`)).toContain(words);
});

describe("the XGBoost image", () => {
  it("reads metrics from the lines as the log stream shows them", () => {
    const line = "[12]#011train-rmse:1.23000#011validation-rmse:1.30000";
    const found = sagemakerXgboost.training!("1.7-1").metrics.flatMap(({ Name, Regex }) => {
      const value = new RegExp(Regex).exec(line)?.[1];
      return value === undefined ? [] : [[Name, value]];
    });
    expect(found).toEqual([
      ["train:rmse", "1.23000"],
      ["validation:rmse", "1.30000"],
    ]);
  });

  it("has the algorithm, and a Python for scripts except in the images of 2017", () => {
    const { program, python } = sagemakerXgboost.training!("1.5-1");
    expect(python).toEqual({ lock: "xgboost-1.7", python: "3.9", differs: "XGBoost 1.5" });
    expect(xgboost.training!("1").python).toBeUndefined();
    expect(productCommand(program!, { node: "/n/node", productRoot: "/product" })).toEqual([
      "/n/node",
      "/product/src/runtimes/algorithm/train.ts",
      "xgboost",
      "1.5-1",
    ]);
  });

  it.each<[string, Record<string, string>, object | undefined]>([
    ["1.7-1", { SAGEMAKER_INFERENCE_OUTPUT: "predicted_label", A: "b", SAGEMAKER_PROGRAM: "" }, undefined],
    ["1.7-1", { SAGEMAKER_PROGRAM: "inference.py" }, { kind: "not-built", instead: "leave out SAGEMAKER_PROGRAM" }],
    ["1.7-1", { SAGEMAKER_MULTI_MODEL: "true" }, { kind: "not-built" }],
    ["1.7-1", { MAX_CONTENT_LENGTH: "20MB" }, { kind: "value", instead: "give a whole number of bytes" }],
    ["1.7-1", { SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT: "application/jsonlines" }, { kind: "value" }],
    [
      "1.7-1",
      { SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT: "application/jsonlines", SAGEMAKER_INFERENCE_OUTPUT: "labels" },
      undefined,
    ],
    ["0.90-1-cpu-py3", { SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT: "application/jsonlines" }, undefined],
  ])("of version %s with the environment %j", (version, environment, problem) => {
    const found = sagemakerXgboost.serving!(version).refuses!(environment);
    if (problem) expect(found).toMatchObject(problem);
    else expect(found).toBeUndefined();
  });
});

it.each([
  ["sagemaker-scikit-learn:1.2-1-cpu-py3", "scikit-learn", "scikit-learn-1.2"],
  ["sagemaker-xgboost:3.0-5", "xgboost", "xgboost-3.0"],
  ["pytorch-inference:1.13.1-cpu-py39", "pytorch", "pytorch-1.13-debian"],
  ["tensorflow-inference:2.19.0-cpu", "tensorflow", "tensorflow-2.19"],
  [
    "huggingface-pytorch-inference:2.6.0-transformers4.49.0-cpu-py312-ubuntu22.04",
    ...["huggingface", "huggingface-pytorch-2.3"],
  ],
  [
    "huggingface-pytorch-inference:1.13.1-transformers4.26.0-cpu-py39-ubuntu20.04",
    ...["huggingface", "huggingface-pytorch-1.13-debian"],
  ],
  ["sagemaker-base-python-310:1.0", "base", "base-python"],
])("%s serves scripts", async (name, family, lock) => {
  const catalogue = createImageCatalogue(await Promise.all(images.map((load) => load())));
  const found = catalogue.find(`763104351884.dkr.ecr.us-west-2.amazonaws.com/${name}`)?.serving?.script;
  expect(found).toMatchObject({ family, python: { lock } });
});

it.each(["pytorch-training:2.3.0-cpu-py311", "tensorflow-training:2.19-cpu-py310", "xgboost:1"])(
  "%s serves no script",
  async (name) => {
    const catalogue = createImageCatalogue(await Promise.all(images.map((load) => load())));
    const found = catalogue.find(`763104351884.dkr.ecr.us-west-2.amazonaws.com/${name}`);
    expect(found?.serving?.script).toBeUndefined();
  },
);

describe("images of frameworks", () => {
  const registry = "763104351884.dkr.ecr.us-west-2.amazonaws.com";

  it.each<[string, object | undefined]>([
    ["sagemaker-scikit-learn:1.2-1-cpu-py3", { lock: "scikit-learn-1.2", python: "3.9" }],
    ["sagemaker-scikit-learn:1.4-2", { lock: "scikit-learn-1.4", python: "3.10" }],
    ["sagemaker-scikit-learn:0.23-1-cpu-py3", { lock: "scikit-learn-1.2", differs: "scikit-learn 0.23.2" }],
    ["sagemaker-scikit-learn:0.22-1", undefined],
    ["pytorch-training:2.3.0-cpu-py311", { lock: "pytorch-2.3", python: "3.11" }],
    [
      "pytorch-training:2.1.0-gpu-py310-cu121-ubuntu20.04-sagemaker",
      {
        lock: "pytorch-2.3",
        python: "3.10",
        differs: "PyTorch 2.1, a build for GPUs, which jobs on this machine do not get",
      },
    ],
    ["pytorch-training:1.13-cpu-py39", { lock: "pytorch-1.13-debian", python: "3.9" }],
    ["pytorch-training:2.3.0-tpu-py311", undefined],
    ["tensorflow-training:2.16-cpu-py310", { lock: "tensorflow-2.16", python: "3.10" }],
    ["tensorflow-inference:2.19-cpu", undefined],
    [
      "huggingface-pytorch-training:2.5.1-transformers4.49.0-gpu-py311-cu124-ubuntu22.04",
      {
        lock: "huggingface-pytorch-2.3",
        python: "3.11",
        differs: "PyTorch 2.5, transformers 4.49.0, a build for GPUs, which jobs on this machine do not get",
      },
    ],
    [
      "huggingface-pytorch-training:1.13.1-transformers4.26.0-gpu-py39-cu117-ubuntu20.04",
      {
        lock: "huggingface-pytorch-2.3",
        python: "3.9",
        differs: "PyTorch 1.13, transformers 4.26.0, a build for GPUs, which jobs on this machine do not get",
      },
    ],
    ["pytorch-training:1.8.1-cpu-py36", { lock: "pytorch-1.13-debian", python: "3.6", differs: "PyTorch 1.8" }],
    ["tensorflow-training:2.4.1-cpu-py37", { lock: "tensorflow-2.16", python: "3.7", differs: "TensorFlow 2.4" }],
    ["tensorflow-training:1.15.5-cpu-py37", undefined],
    ["sagemaker-base-python-310:1.0", { lock: "base-python", python: "3.10" }],
  ])("%s", async (name, python) => {
    const catalogue = createImageCatalogue(await Promise.all(images.map((load) => load())));
    expect(catalogue.find(`${registry}/${name}`)?.training?.python).toEqual(python);
  });

  it("says why MXNet is refused", async () => {
    const catalogue = createImageCatalogue(await Promise.all(images.map((load) => load())));
    expect(catalogue.find(`${registry}/mxnet-training:1.9.0-cpu-py38`)).toEqual({
      refusal: expect.stringMatching(/^MXNet was retired .* pytorch-training\.$/),
    });
    expect(catalogue.describe("training")).not.toContain("mxnet");
    expect(catalogue.describe("training")).not.toContain("-inference");
  });
});
