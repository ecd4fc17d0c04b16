import { describe, expect, test } from "vitest";
import { readServiceModel } from "../schema.ts";
import { wireServiceOf } from "../wire-services.ts";
import { compileConstraints } from "./check.ts";
import { createFactFinder } from "./facts.ts";

const sagemaker = wireServiceOf("sagemaker");
const { operations } = readServiceModel(await sagemaker.load());
const facts = createFactFinder("sagemaker");

function refusal(operation: string, input: Record<string, unknown>): string {
  try {
    compileConstraints(operations.get(operation)!.input, facts, "ValidationException")(input);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

const roleArn = "arn:aws:iam::123456789012:role/SageMakerRole";
const job = { TrainingJobName: "a", RoleArn: roleArn, OutputDataConfig: { S3OutputPath: "s3://bucket/out" } };

describe("AWS's texts", () => {
  test("a whole input passes", () => expect(refusal("CreateTrainingJob", job)).toBe(""));

  test("missing", () =>
    expect(refusal("CreateTrainingJob", { ...job, TrainingJobName: undefined })).toBe(
      "1 validation error detected: Value null at 'trainingJobName' failed to satisfy constraint: Member must not be null",
    ));

  // As quoted in zenml-io/zenml #1502, for the pattern of that time.
  test("too long and of the wrong form, joined", () => {
    const name = `${"x".repeat(70)}_`;
    expect(refusal("CreateTrainingJob", { ...job, TrainingJobName: name })).toBe(
      `2 validation errors detected: Value '${name}' at 'trainingJobName' failed to satisfy constraint: Member must have length less than or equal to 63; ` +
        `Value '${name}' at 'trainingJobName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}`,
    );
  });

  // As quoted in aws-samples/amazon-sagemaker-pytorch-detectron2 #10 and aws/sagemaker-python-sdk #314.
  test("values of a map are named by their map, under all their rules", () =>
    expect(refusal("CreateTrainingJob", { ...job, HyperParameters: { eta: "0.1", labels: "x".repeat(2501) } })).toMatch(
      /^1 validation error detected: Value '\{eta=0\.1, labels=x+\.\.\.' at 'hyperParameters' failed to satisfy constraint: Map value must satisfy constraint: \[Member must have length less than or equal to 2500, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: \.\*\]$/,
    ));

  test("structures in lists are counted from 1", () => {
    const variant = { VariantName: "v", ModelName: "m", InitialInstanceCount: 0 };
    expect(refusal("CreateEndpointConfig", { EndpointConfigName: "c", ProductionVariants: [variant] })).toBe(
      "1 validation error detected: Value '0' at 'productionVariants.1.member.initialInstanceCount' failed to satisfy constraint: Member must have value greater than or equal to 1",
    );
  });

  test("NaN is neither at least nor at most anything", () => {
    const variant = { VariantName: "v", ModelName: "m", InitialVariantWeight: Number.NaN };
    expect(refusal("CreateEndpointConfig", { EndpointConfigName: "c", ProductionVariants: [variant] })).toBe(
      "1 validation error detected: Value 'NaN' at 'productionVariants.1.member.initialVariantWeight' failed to satisfy constraint: Member must have value greater than or equal to 0",
    );
  });

  test("enums and list lengths", () => {
    expect(refusal("ListModels", { SortOrder: "Up" })).toBe(
      "1 validation error detected: Value 'Up' at 'sortOrder' failed to satisfy constraint: Member must satisfy enum value set: [Ascending, Descending]",
    );
    expect(
      refusal("DeleteTags", { ResourceArn: "arn:aws:sagemaker:us-east-1:123456789012:model/m", TagKeys: [] }),
    ).toBe(
      "1 validation error detected: Value '[]' at 'tagKeys' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  });

  test("a hundred violations at most, and none inside what is too long", () => {
    const many = (length: number) => Array.from({ length }, () => null);
    expect(refusal("CreateTrainingJob", { ...job, Tags: many(51) })).toMatch(
      /^1 validation error detected: .* length less than or equal to 50$/,
    );
    const containers = Array.from({ length: 15 }, () => ({
      Environment: Object.fromEntries(many(99).map((_, i) => [`v${i}`, null])),
    }));
    const text = refusal("CreateModel", { ModelName: "m", Containers: containers });
    expect(text).toMatch(/^100 validation errors detected: /);
  });

  test("a null in a list, and in a map", () => {
    expect(refusal("CreateTrainingJob", { ...job, Tags: [null], HyperParameters: { eta: null } })).toBe(
      "2 validation errors detected: Value null at 'hyperParameters.eta.member' failed to satisfy constraint: Member must not be null; " +
        "Value null at 'tags.1.member' failed to satisfy constraint: Member must not be null",
    );
  });
});

test("a document of S3 that breaks a rule is malformed; a header that does is not", async () => {
  const s3 = wireServiceOf("s3");
  const input = readServiceModel(await s3.load()).operations.get("DeleteObjects")!.input;
  const check = compileConstraints(input, createFactFinder("s3"), s3.validationCode, s3.documentFault);
  const Delete = { Objects: [{ Key: "a" }] };
  expect(() => check({ Bucket: "b", Delete: {} })).toThrow(
    expect.objectContaining({ code: "MalformedXML", message: expect.stringContaining("at 'delete.objects'") }),
  );
  expect(() => check({ Bucket: "b", Delete, ChecksumAlgorithm: "MD4" })).toThrow(
    expect.objectContaining({ code: "InvalidArgument" }),
  );
  check({ Bucket: "b", Delete });
});

test("patterns match the whole value, a dot a newline, and length counts characters", () => {
  expect(refusal("CreateTrainingJob", { ...job, HyperParameters: { text: "two\nlines" } })).toBe("");
  expect(refusal("CreateTrainingJob", { ...job, TrainingJobName: "a\n" })).not.toBe("");
  expect(refusal("CreateTrainingJob", { ...job, HyperParameters: { text: "🌿".repeat(2500) } })).toBe("");
});
