import { expect, test } from "vitest";
import { changesBetween } from "./changes-between.ts";

const table = {
  Name: "orders",
  VersionId: "0",
  UpdateTime: new Date(0),
  Parameters: { "skip.header.line.count": "1" },
  StorageDescriptor: {
    Location: "s3://lake/orders/",
    Columns: [
      { Name: "id", Type: "int" },
      { Name: "item", Type: "string", Comment: "What" },
      { Name: "price", Type: "double" },
    ],
  },
};

test("what has changed from one version of a table to the next is told in words", () => {
  const next = {
    ...table,
    VersionId: "1",
    UpdateTime: new Date(1),
    Description: "Every order",
    Parameters: {},
    StorageDescriptor: {
      Location: "s3://lake/all/",
      Columns: [
        { Name: "id", Type: "bigint" },
        { Name: "item", Type: "string", Comment: "Which" },
        { Name: "ordered", Type: "date" },
      ],
    },
  };
  expect(changesBetween(table, next)).toEqual([
    "column price is gone",
    "column id is now bigint; it was int",
    "column item has another comment",
    "column ordered date is new",
    "Parameters.skip.header.line.count is gone; it was 1",
    "StorageDescriptor.Location is now s3://lake/all/; it was s3://lake/orders/",
    "Description is now Every order",
  ]);
  expect(changesBetween(table, { ...table, VersionId: "1" })).toEqual(["Nothing that the catalog shows"]);
});
