import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Athena } from "@aws-sdk/client-athena";
import { expect, test } from "vitest";
import { clientsOf } from "./clients.ts";
import { createTestServer } from "./server.ts";
import { mountSmallDisk } from "./small-disk.ts";

test("queries for which the disk has no room fail and leave nothing; others go on, and all do once there is room", {
  timeout: 180_000,
}, async (context) => {
  const disk = mountSmallDisk(128);
  if (!disk) return context.skip("a small disk cannot be mounted here: this takes root on Linux");
  const home = join(disk.path, "home");
  mkdirSync(home, { mode: 0o700 });
  const server = await createTestServer({ home });
  try {
    await server.start();
    const { s3 } = clientsOf(server);
    const athena = new Athena({ ...server.clientOptions, maxAttempts: 1 });
    await s3.createBucket({ Bucket: "lake" });
    const ended = async (QueryString: string) => {
      const { QueryExecutionId } = await athena.startQueryExecution({
        ...{ QueryString, QueryExecutionContext: { Database: "shop" } },
        ResultConfiguration: { OutputLocation: "s3://lake/results/" },
      });
      for (;;) {
        const { QueryExecution } = await athena.getQueryExecution({ QueryExecutionId });
        const { State, StateChangeReason } = QueryExecution!.Status!;
        if (State !== "QUEUED" && State !== "RUNNING") return [State, StateChangeReason];
      }
    };
    const keys = async (Prefix: string) =>
      ((await s3.listObjectsV2({ Bucket: "lake", Prefix })).Contents ?? []).map(({ Key }) => Key);
    const many = "rpad('x', 1000, 'x') AS s FROM UNNEST(sequence(1, 1000)) AS a(x), UNNEST(sequence(1, 300)) AS b(y)";
    const fine = ["SUCCEEDED", undefined];
    const table = (name: string) =>
      `CREATE TABLE ${name} WITH (format = 'TEXTFILE', write_compression = 'NONE', external_location = 's3://lake/${name}/') AS`;
    expect(await ended("CREATE DATABASE shop")).toEqual(fine);
    expect(await ended(`${table("small")} SELECT CAST('a' AS varchar) AS s`)).toEqual(fine);
    const before = await keys("");
    for (const statement of [`SELECT ${many}`, `${table("big")} SELECT ${many}`])
      expect([statement, ...(await ended(statement))]).toEqual([
        ...[statement, "FAILED", "Query exhausted resources at this scale factor"],
      ]);
    expect(await keys("")).toEqual(before);
    expect(await ended("SELECT s FROM big")).toEqual(["FAILED", expect.stringMatching(/^TABLE_NOT_FOUND/)]);
    expect(await ended("SELECT s FROM small")).toEqual(fine);
    disk.fill();
    await expect(ended("SELECT s FROM small")).rejects.toMatchObject({
      ...{ name: "ServiceUnavailable", message: expect.stringMatching(/disk that holds .* is full/) },
    });
    disk.empty();
    expect(await ended("INSERT INTO small SELECT s FROM small")).toEqual(fine);
    expect(await ended("SELECT s FROM small")).toEqual(fine);
  } finally {
    await server.close();
    disk.remove();
  }
});
