import { expect, test } from "vitest";
import type { TableMetadata } from "../iceberg/table-metadata.ts";
import { removeOrphans } from "./iceberg-upkeep.ts";

test("orphans are the old objects of some folders that nothing of a table names", async () => {
  const metadata = {
    location: "s3a://lake/t",
    snapshots: [],
    "metadata-log": [{ "metadata-file": "s3a://lake/t/metadata/0" }],
  };
  const objects = {
    ...{ "t/data/old": 10, "t/data/young": 90, "t/metadata/0": 1, "t/metadata/1": 2, "t/metadata/left": 3 },
    ...{ "t/other/old": 1, "t2/data/old": 1 },
  };
  const pages: string[] = [];
  const removed: string[] = [];
  const call = async (_service: string, operation: string, input: Record<string, unknown>) => {
    if (operation === "DeleteObjects") {
      const { Objects } = input.Delete as { Objects: readonly { readonly Key: string }[] };
      removed.push(...Objects.map(({ Key }) => Key));
      return {};
    }
    // A page has one object.
    const keys = Object.entries(objects).filter(([key]) => key.startsWith(input.Prefix as string));
    const at = Number(input.ContinuationToken ?? 0);
    pages.push(`${input.Prefix} ${at}`);
    const Contents = keys.slice(at, at + 1).map(([Key, time]) => ({ Key, LastModified: new Date(time) }));
    return { Contents, NextContinuationToken: at + 1 < keys.length ? String(at + 1) : undefined };
  };
  const table = { location: "s3://lake/t/metadata/1", metadata: metadata as unknown as TableMetadata };
  expect(await removeOrphans({ call: call as never }, table, 50)).toBe(2);
  expect(removed.splice(0)).toEqual(["t/data/old", "t/metadata/left"]);
  expect(pages).toEqual(["t/data/ 0", "t/data/ 1", "t/metadata/ 0", "t/metadata/ 1", "t/metadata/ 2"]);
  expect(await removeOrphans({ call: call as never }, table, 50, ["s3://lake/t/other/"])).toBe(1);
  expect(removed).toEqual(["t/other/old"]);
});
