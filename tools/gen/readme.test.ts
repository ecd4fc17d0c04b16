import { expect, test } from "vitest";
import { nouns } from "./readme.ts";

test("operations are about a noun, whatever they do with it and to how many", () => {
  expect(nouns(["BatchDescribeModelPackage", "CreateModelPackage", "ListModelPackages", "ListObjectsV2"])).toEqual([
    "ModelPackage",
    "Object",
  ]);
  expect(nouns(["GetPartitionIndexes", "GetCatalogImportStatus", "DescribeStreamSummary", "ListAliases"])).toEqual([
    "PartitionIndex",
    "CatalogImportStatus",
    "StreamSummary",
    "Alias",
  ]);
});
