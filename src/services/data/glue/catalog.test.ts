import { expect, test } from "vitest";
import { createGlueContext } from "./glue.fixture.ts";

test("the account's catalog is there, and keeps what is said of it", async () => {
  const context = createGlueContext();
  const CatalogId = context.account;
  const { Catalog } = await context.call("glue", "GetCatalog", { CatalogId });
  expect(Catalog).toMatchObject({ CatalogId, ResourceArn: "arn:aws:glue:us-west-2:123456789012:catalog" });
  expect(await context.call("glue", "GetCatalogs", {})).toEqual({ CatalogList: [] });
  await context.call("glue", "UpdateCatalog", { CatalogId, CatalogInput: { Description: "all there is" } });
  const { CatalogList } = await context.call("glue", "GetCatalogs", { IncludeRoot: true });
  expect(CatalogList).toMatchObject([{ CatalogId, Description: "all there is" }]);
  await expect(context.call("glue", "GetCatalog", { CatalogId: "sales" })).rejects.toMatchObject({
    ...{ code: "EntityNotFoundException", message: "Catalog sales not found." },
  });
  await expect(
    context.call("glue", "UpdateCatalog", { CatalogId, CatalogInput: { FederatedCatalog: { Identifier: "x" } } }),
  ).rejects.toMatchObject({ message: expect.stringContaining("CatalogInput.FederatedCatalog is not built") });
  expect((await context.call("glue", "GetCatalogImportStatus", {})).ImportStatus).toEqual({ ImportCompleted: true });
});

test("a catalog beside the account's own is refused by what it would be", async () => {
  const context = createGlueContext();
  const create = (CatalogInput: object, Name = "sales") =>
    context.call("glue", "CreateCatalog", { Name, CatalogInput });
  for (const [input, words] of [
    [{ FederatedCatalog: { ConnectionName: "c" } }, "CatalogInput.FederatedCatalog"],
    [{ TargetRedshiftCatalog: { CatalogArn: "arn" } }, "CatalogInput.TargetRedshiftCatalog"],
    [{ CatalogProperties: {} }, "CatalogInput.CatalogProperties"],
    [{}, "A catalog of one's own storage"],
  ] as const)
    await expect(create(input)).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`${words} is not built in Sagebrush .*own catalog|S3`)),
    });
  await expect(create({}, context.account)).rejects.toMatchObject({ code: "AlreadyExistsException" });
  const remove = (CatalogId: string) => context.call("glue", "DeleteCatalog", { CatalogId });
  await expect(remove("sales")).rejects.toMatchObject({ code: "EntityNotFoundException" });
  await expect(remove(context.account)).rejects.toMatchObject({
    ...{
      code: "InvalidInputException",
      message: `The catalog ${context.account} is the account's own, and cannot be deleted.`,
    },
  });
});

test("no encryption is promised", async () => {
  const context = createGlueContext();
  const settings = async () =>
    (await context.call("glue", "GetDataCatalogEncryptionSettings", {})).DataCatalogEncryptionSettings;
  const none = {
    EncryptionAtRest: { CatalogEncryptionMode: "DISABLED" },
    ConnectionPasswordEncryption: { ReturnConnectionPasswordEncrypted: false },
  } as const;
  expect(await settings()).toEqual(none);
  const put = (DataCatalogEncryptionSettings: object) =>
    context.call("glue", "PutDataCatalogEncryptionSettings", { DataCatalogEncryptionSettings });
  await put(none);
  for (const [asked, words] of [
    [{ EncryptionAtRest: { CatalogEncryptionMode: "SSE-KMS" } }, "EncryptionAtRest.CatalogEncryptionMode SSE-KMS"],
    [{ EncryptionAtRest: { CatalogEncryptionMode: "DISABLED", SseAwsKmsKeyId: "k" } }, "SseAwsKmsKeyId"],
    [
      { ConnectionPasswordEncryption: { ReturnConnectionPasswordEncrypted: true } },
      "ReturnConnectionPasswordEncrypted",
    ],
  ] as const)
    await expect(put(asked)).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`${words}.* is not built in Sagebrush`)),
    });
  expect(await settings()).toEqual(none);
});
