import { expect, test } from "vitest";
import { readServiceModel, type StructureShape } from "./schema.ts";
import { wireServices } from "./wire-services.ts";

/**
 * The clients export their schemas without promising their form. This test pins down what the server relies on, client
 * by client.
 */
const models = Object.fromEntries(
  await Promise.all(
    wireServices.map(async (service) => {
      const client = await service.load();
      return [service.id, { service, client, model: readServiceModel(client) }] as const;
    }),
  ),
);

test("every operation of every client is read, down to its last member", () => {
  for (const { client, model } of Object.values(models)) {
    const commands = Object.keys(client).filter((name) => name.endsWith("Command") && !name.startsWith("$"));
    expect([...model.operations.keys()].map((name) => `${name}Command`).sort()).toEqual(commands.sort());
    const seen = new Set<StructureShape>();
    const visit = (shape: StructureShape["members"][number]["shape"]): void => {
      if (shape.kind === "list") visit(shape.element.shape);
      else if (shape.kind === "map") visit(shape.value.shape);
      else if (shape.kind === "structure" && !seen.has(shape)) {
        seen.add(shape);
        for (const member of shape.members) visit(member.shape);
      }
    };
    for (const { input, output } of model.operations.values()) {
      visit(input);
      visit(output);
    }
    expect(seen.size).toBeGreaterThan(5);
  }
});

test("members come with kind, required mark and bindings", () => {
  const put = models.s3!.model.operations.get("PutObject")!;
  const member = (name: string) => put.input.members.find((candidate) => candidate.name === name)!;
  expect(put.traits.http).toEqual(["PUT", "/{Key+}?x-id=PutObject", 200]);
  expect(member("Bucket")).toMatchObject({ required: true, shape: { kind: "string" }, traits: { httpLabel: 1 } });
  expect(member("Body")).toMatchObject({ shape: { kind: "streamingBlob" }, traits: { httpPayload: 1, streaming: 1 } });
  expect(member("Metadata")).toMatchObject({ shape: { kind: "map" }, traits: { httpPrefixHeaders: "x-amz-meta-" } });
  expect(member("SSECustomerKey").traits).toMatchObject({ sensitive: 1 });
  const list = models.s3!.model.operations.get("ListObjectsV2")!.output;
  expect(list.traits.xmlName).toBe("ListBucketResult");
  expect(list.members.find(({ name }) => name === "Contents")!.traits.xmlFlattened).toBe(1);
  const create = models.sagemaker!.model.operations.get("CreateTrainingJob")!.input;
  expect(create.members.filter(({ required }) => required).map(({ name }) => name)).toEqual([
    "TrainingJobName",
    "RoleArn",
    "OutputDataConfig",
  ]);
  expect(create.members.find(({ name }) => name === "HyperParameters")!.shape).toMatchObject({
    kind: "map",
    value: { shape: { kind: "string" } },
  });
});

test("errors come with status and query code", () => {
  expect(models.iam!.model.errors.get("NoSuchEntity")).toMatchObject({
    shape: { name: "NoSuchEntityException" },
    status: 404,
  });
  expect(models["sagemaker-runtime"]!.model.errors.get("ModelError")).toMatchObject({
    queryCode: "ModelError",
    status: 424,
  });
  expect(models.sagemaker!.model.errors.get("ResourceInUse")).toMatchObject({ status: undefined });
});

test("the table agrees with each client", () => {
  for (const { service, client } of Object.values(models)) {
    const Client = Object.entries(client).find(([name]) => name.endsWith("Client") && !name.startsWith("__"))![1];
    type Settings = { config: { protocolSettings: Record<string, string> } };
    const { config } = new (Client as new (options: object) => Settings)({ region: "x" });
    const { serviceTarget, version, xmlNamespace } = config.protocolSettings;
    if (service.targetPrefix) expect(service.targetPrefix).toBe(serviceTarget);
    if (service.query && !service.query.older) expect(service.query).toEqual({ version, namespace: xmlNamespace });
    if (service.rest?.namespace) expect(service.rest.namespace).toBe(xmlNamespace);
  }
});
