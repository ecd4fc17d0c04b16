import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import type { ResourceKey } from "./port.ts";
import { createSqliteResourceStore } from "./sqlite.ts";
import { upgradeResourceFile } from "./sqlite-upgrade.ts";

const folder = mkdtempSync(join(tmpdir(), "sagebrush-upgrade-"));
afterAll(() => rmSync(folder, { recursive: true }));
const clock = { now: () => 2_000 };
const here = { account: "123456789012", region: "us-west-2" };

/** The schema of the first format. */
const oldSchema = `
create table resource (
  row integer primary key,
  kind text not null, account text not null, region text not null, name text not null,
  id text not null, version integer not null, schema integer not null,
  parent text not null, status text not null, created integer not null, modified integer not null,
  document text not null
) strict;
create unique index resource_name on resource (kind, account, region, name);
create index resource_created on resource (kind, account, region, created, id);
create index resource_status on resource (kind, account, region, status, created, id);
create index resource_parent on resource (kind, account, region, parent, created, id) where parent <> '';
create table feed (
  sequence integer primary key,
  kind text not null, account text not null, region text not null, name text not null,
  id text not null, version integer not null, parent text not null, status text not null,
  deleted integer not null, time integer not null
) strict;
create table claim (
  kind text not null, account text not null, region text not null, name text not null,
  owner text not null, fence integer not null, until integer not null,
  primary key (kind, account, region, name)
) strict, without rowid;
insert into resource values
  (7, 'endpoint', '123456789012', 'us-west-2', 'e', '01A', 4, 2, '', 'InService', 10, 40, '{"wanted":{"Deep":["é"]},"actual":{"N":1}}'),
  (9, 'run', '123456789012', 'us-west-2', 'r', '01B', 1, 1, 'endpoint/e', 'Active', 20, 20, '{"wanted":{}}'),
  (8, 'bucket', '123456789012', '-', 'b', '01C', 1, 1, '', '', 5, 5, '{"wanted":1,"actual":null}');
insert into feed values
  (41, 'model', '123456789012', 'us-west-2', 'gone', '01Z', 3, '', '', 1, 900),
  (42, 'run', '123456789012', 'us-west-2', 'r', '01B', 1, 'endpoint/e', 'Active', 0, 1000);
insert into claim values ('run', '123456789012', 'us-west-2', 'r', 'one', 6, 1500);
`;

function oldFile(name: string, more = ""): string {
  const path = join(folder, name);
  const database = new Sqlite(path);
  database.pragma("journal_mode = WAL");
  database.exec(oldSchema + more);
  database.close();
  return path;
}

const kindOf = ({ kind, ...rest }: ResourceKey): ResourceKey =>
  kind === "bucket"
    ? { ...rest, account: "-", kind: "s3/bucket" }
    : { ...rest, kind: `${kind === "run" ? "sagebrush" : "sagemaker"}/${kind}` };

test("a file of the first format has everything in today's", async () => {
  const path = oldFile("whole.sqlite");
  upgradeResourceFile(path, {
    kindOf,
    documentOf: (document, old) => ({ ...document, labels: { Name: old.name, Status: document.status } }),
  });
  const store = createSqliteResourceStore({ path, clock });
  const endpoint = { ...here, kind: "sagemaker/endpoint", name: "e" };
  const run = { ...here, kind: "sagebrush/run", name: "r" };
  expect(await store.get(endpoint)).toEqual({
    key: endpoint,
    id: "01A",
    version: 4,
    schema: 2,
    status: "InService",
    created: 10,
    modified: 40,
    labels: { Name: "e", Status: "InService" },
    wanted: { Deep: ["é"] },
    actual: { N: 1 },
  });
  const runs = await store.list("sagebrush/run", { parent: "sagemaker/endpoint e", labels: { Name: "r" }, limit: 9 });
  expect(runs.documents).toMatchObject([{ key: run, id: "01B", version: 1, actual: undefined }]);
  const bucket = { account: "-", region: "-", kind: "s3/bucket", name: "b" };
  expect(await store.get(bucket)).toMatchObject({ wanted: 1, actual: null, created: 5 });
  expect(await store.changes(40, 9)).toEqual([
    {
      sequence: 41,
      key: { ...here, kind: "sagemaker/model", name: "gone" },
      id: "01Z",
      version: 3,
      deleted: true,
      time: 900,
    },
    {
      sequence: 42,
      key: run,
      id: "01B",
      version: 1,
      parent: "sagemaker/endpoint e",
      status: "Active",
      deleted: false,
      time: 1000,
    },
  ]);
  expect(await store.claim(run, "two", 1)).toMatchObject({ fence: 7 });
  expect(await store.write([{ delete: run, expected: 1 }])).toEqual({ sequence: 43 });
  await store.close();

  const before = readFileSync(path);
  upgradeResourceFile(path, { kindOf });
  expect(readFileSync(path).equals(before)).toBe(true);
});

test("when it fails the file is as it was", () => {
  const path = oldFile("fails.sqlite");
  const contents = () => {
    const database = new Sqlite(path, { readonly: true });
    const all = ["sqlite_schema", "resource", "feed", "claim"].map((table) =>
      database.prepare(`select * from ${table}`).all(),
    );
    database.close();
    return all;
  };
  const before = contents();
  const same = () => ({ ...here, kind: "sagemaker/model", name: "same" });
  expect(() => upgradeResourceFile(path, { kindOf: same })).toThrow("sagemaker/model same is at version 4");
  expect(contents()).toEqual(before);
});

test("a file of many documents is copied whole", async () => {
  const many = `with recursive n(i) as (select 100 union all select i + 1 from n where i < 1600)
    insert into resource select i, 'model', '123456789012', 'us-west-2', 'm' || i, 'id' || i, i, 1, '', '', i, i, '{}' from n;`;
  const path = oldFile("many.sqlite", many);
  upgradeResourceFile(path, { kindOf });
  const store = createSqliteResourceStore({ path, clock });
  const { documents } = await store.list("sagemaker/model", { ...here, limit: 5_000 });
  expect(documents.map(({ version }) => version)).toEqual(Array.from({ length: 1_501 }, (_, i) => i + 100));
  await store.close();
});
