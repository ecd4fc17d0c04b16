import { beforeEach, expect, test } from "vitest";
import { relabel } from "../server/home/relabel.ts";
import { createTestContext, type TestContext } from "../server/request/test-context.ts";
import { tags } from "../services/sagemaker/tags.ts";
import { defineKind } from "./define-kind.ts";
import { defineResource } from "./define-resource.ts";
import { refusals } from "./refusals.fixture.ts";

interface Shelf {
  readonly books: readonly string[];
}

/** Three shapes: a number of books, a text of them, a list of them. */
const shelf = defineKind<Shelf, { readonly dusty: boolean }>({
  service: "library",
  kind: "shelf",
  arn: "shelf/{ShelfName}",
  schema: 3,
  upgrade: {
    1: ({ actual }) => ({ wanted: { books: (actual as { title: string }).title }, actual: {} }),
    2: ({ wanted }) => ({
      wanted: { books: (wanted as { books: string }).books.split(",") },
      actual: { dusty: true },
    }),
  },
  labels: { book: ({ wanted }) => wanted.books },
});

const hub = defineResource({
  service: "sagemaker",
  kind: "hub",
  arn: "hub/{HubName}",
  tags: true,
  ...refusals,
  create: {
    operation: "CreateHub",
    async begin() {
      return { actual: {} };
    },
    output: (HubArn) => ({ HubArn }),
  },
  describe: {
    operation: "DescribeHub",
    output: ({ wanted, created }, HubArn) => ({
      HubName: wanted.HubName,
      HubArn,
      HubStatus: "InService" as const,
      CreationTime: new Date(created),
      LastModifiedTime: new Date(created),
    }),
  },
  list: {
    operation: "ListHubs",
    member: "HubSummaries",
    descending: true,
    sorts: { HubName: "name", HubStatus: "status", AccountIdOwner: "refused" },
    summary: ({ wanted, created }, HubArn) => ({
      HubName: wanted.HubName,
      HubArn,
      HubStatus: "InService" as const,
      CreationTime: new Date(created),
      LastModifiedTime: new Date(created),
    }),
  },
  update: {
    operation: "UpdateHub",
    change: ({ wanted }) => ({ wanted }),
    output: (HubArn) => ({ HubArn }),
  },
  delete: { operation: "DeleteHub" },
});

let context: TestContext;
beforeEach(() => {
  context = createTestContext({ units: [hub, tags] });
});

const shelfKey = () => shelf.key(context, { ShelfName: "A" });
/** Writes a document as another version of the product would. */
const writeShape = (schema: number, wanted: unknown, actual: unknown) =>
  context.resources.write([
    { put: { key: shelfKey(), id: "id", schema, created: 1, modified: 1, wanted, actual }, expected: "absent" },
  ]);

test.each([
  [1, undefined, { title: "Emma" }, { books: ["Emma"] }, { dusty: true }],
  [2, { books: "Emma,Faust" }, {}, { books: ["Emma", "Faust"] }, { dusty: true }],
  [3, { books: ["Emma"] }, { dusty: false }, { books: ["Emma"] }, { dusty: false }],
])(
  "a document of shape %i is read in today's, and the store keeps it as it was",
  async (schema, was, is, wanted, actual) => {
    await writeShape(schema, was, is);
    const found = (await shelf.find(context, shelfKey()))!;
    expect(found).toMatchObject({ schema: 3, version: 1, wanted, actual });
    expect(await context.resources.get(shelfKey())).toMatchObject({ schema, actual: is });

    await context.resources.write([await shelf.put(context, { ...found, modified: 2 })]);
    expect(await context.resources.get(shelfKey())).toMatchObject({
      schema: 3,
      version: 2,
      labels: { book: wanted.books },
      wanted,
    });
  },
);

test("a step that is not declared is said, and so is a newer shape", async () => {
  const gap = defineKind<Shelf, unknown>({ service: "library", kind: "shelf", arn: "shelf/{ShelfName}", schema: 2 });
  await writeShape(1, {}, {});
  await expect(gap.find(context, shelfKey())).rejects.toThrow("library/shelf has no upgrade from document shape 1");
  await expect(
    defineKind({ service: "library", kind: "shelf", arn: "shelf/{ShelfName}", schema: 0 }).find(context, shelfKey()),
  ).rejects.toMatchObject({
    code: "InternalFailure",
    message: "library/shelf a has shape 1; this version reads up to 0. Start a newer version.",
  });
});

test("nothing reads, changes or removes a document of a newer shape", async () => {
  await context.call("sagemaker", "CreateHub", { HubName: "newer", HubDescription: "" });
  const key = hub.keyOf(context, "newer");
  const { version, ...document } = (await context.resources.get(key))!;
  await context.resources.write([{ put: { ...document, schema: 2 }, expected: version }]);
  const before = await context.resources.get(key);

  const ResourceArn = hub.arn(key);
  const refusal = "sagemaker/hub newer has shape 2; this version reads up to 1. Start a newer version.";
  const asked = [
    context.call("sagemaker", "DescribeHub", { HubName: "newer" }),
    context.call("sagemaker", "ListHubs", {}),
    context.call("sagemaker", "UpdateHub", { HubName: "newer" }),
    context.call("sagemaker", "DeleteHub", { HubName: "newer" }),
    context.call("sagemaker", "AddTags", { ResourceArn, Tags: [{ Key: "a", Value: "b" }] }),
    context.call("sagemaker", "DeleteTags", { ResourceArn, TagKeys: ["a"] }),
    context.call("sagemaker", "ListTags", { ResourceArn }),
    relabel(context, [{ ...hub.definition, large: false, shape: "another", load: async () => hub }]),
  ];
  for (const result of await Promise.allSettled(asked))
    expect(result).toMatchObject({ status: "rejected", reason: { message: refusal } });
  const again = context.call("sagemaker", "CreateHub", { HubName: "newer", HubDescription: "" });
  await expect(again).rejects.toThrow("is taken");
  expect(await context.resources.get(key)).toEqual(before);
});
