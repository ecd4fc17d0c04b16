import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSqliteResourceStore } from "../../stores/resources/sqlite.ts";
import { copyHome } from "./copy-home.ts";
import { documentInFormat2, keyInFormat2, upgrade1To2 } from "./upgrade-1-to-2.ts";

const place = { account: "123456789012", region: "us-west-2" };

describe("documents of format 1", () => {
  it.each([
    ["model", "sagemaker/model"],
    ["endpoint-config", "sagemaker/endpoint-config"],
    ["endpoint", "sagemaker/endpoint"],
    ["training-job", "sagemaker/training-job"],
    ["iam-role", "iam/role"],
    ["log-group", "logs/log-group"],
    ["run", "sagebrush/run"],
  ])("of kind %s have kind %s", (kind, renamed) => {
    const old = { ...place, kind, name: "a:name" };
    const key = keyInFormat2(old);
    expect(key).toEqual({ ...place, kind: renamed, name: "a:name" });
    const document = { key, id: "01A", schema: 1, status: "Some", created: 1, modified: 2, wanted: {}, actual: {} };
    expect(documentInFormat2(document, old)).toBe(document);
    expect(keyInFormat2(key)).toEqual(key);
  });

  it.each(["Active", "Deleting"])("of buckets are of no account, and say whose they are: %s", (status) => {
    const old = { account: place.account, region: "-", kind: "bucket", name: "data" };
    const key = keyInFormat2(old);
    expect(key).toEqual({ account: "-", region: "-", kind: "s3/bucket", name: "data" });
    const rest = { key, id: "01A", schema: 1, created: 1, modified: 2, actual: {} };
    expect(documentInFormat2({ ...rest, status, wanted: { region: "us-west-2" } }, old)).toEqual({
      ...rest,
      status: "Active",
      wanted: { region: "us-west-2", owner: place.account },
      labels: { owner: place.account },
    });
  });

  it("of log streams have the name of their group as a name of its own", () => {
    const key = keyInFormat2({ ...place, kind: "log-stream", name: "/aws/group:[$LATEST]a/b" });
    expect(key).toEqual({ ...place, kind: "logs/log-stream", name: "/aws/group\u001F[$LATEST]a/b" });
    expect(keyInFormat2(key)).toEqual(key);
  });
});

describe("a home of format 1", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sagebrush-upgrade-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /**
   * Makes the tables of format 1 with a bucket, an object in it, an object of a deleted bucket, and a stream of a
   * group.
   */
  function makeHome(): string {
    const home = join(folder, "home");
    mkdirSync(join(home, "objects"), { recursive: true });
    const resources = new Sqlite(join(home, "resources.sqlite"));
    resources.exec(`
      create table resource (row integer primary key, kind text, account text, region text, name text, id text,
        version integer, schema integer, parent text, status text, created integer, modified integer, document text);
      create table feed (sequence integer primary key, kind text, account text, region text, name text, id text,
        version integer, parent text, status text, deleted integer, time integer);
      create table claim (kind text, account text, region text, name text, owner text, fence integer, until integer);
      insert into resource values
        (1, 'bucket', '123456789012', '-', 'data', '01DATA', 3, 1, '', 'Active', 1, 2, '{"wanted":{"region":"r"},"actual":{}}'),
        (2, 'log-stream', '123456789012', 'r', 'g:s', '01S', 1, 1, 'log-group/g', '', 1, 2, '{"wanted":{},"actual":{}}')`);
    resources.close();
    const index = new Sqlite(join(home, "objects", "index.sqlite"));
    index.exec(`
      create table object (bucket text, key blob, version text, size integer, etag text, modified integer, checksum text,
        attributes text, parts text, upload text, segments text, primary key (bucket, key, version)) without rowid;
      create table body (id text primary key, uses integer) without rowid;
      create table swept (until text);
      create table upload (bucket text, key blob, id text, initiated integer, attributes text, checksum text,
        primary key (bucket, key, id)) without rowid;
      create table part (upload text, number integer, size integer, etag text, modified integer, checksum text, body text,
        primary key (upload, number)) without rowid;
      insert into object values
        ('data', 'a', 'null', 1, 'e', 1, null, '{}', null, null, '[["01BODY",1]]'),
        ('gone', 'a', 'null', 1, 'e', 1, null, '{}', null, null, '[["01LOST",1]]');
      insert into body values ('01BODY', 1), ('01LOST', 1)`);
    index.close();
    copyHome(home, `${home}.format-1`);
    return home;
  }

  it("has its documents under their new keys and its objects under the ids of their buckets, however often it runs", async () => {
    const home = makeHome();
    for (const _ of ["once", "after it was killed at its end"]) upgrade1To2(home, `${home}.format-1`);
    const clock = { now: () => 3 };
    const store = createSqliteResourceStore({ path: join(home, "resources.sqlite"), clock });
    const bucket = { account: "-", region: "-", kind: "s3/bucket", name: "data" };
    expect(await store.get(bucket)).toMatchObject({ id: "01DATA", version: 3, labels: { owner: place.account } });
    const streams = await store.list("logs/log-stream", { parent: "logs/log-group g", limit: 9 });
    expect(streams.documents).toMatchObject([{ id: "01S", key: { name: "g\u001Fs" } }]);
    await store.close();
    const index = new Sqlite(join(home, "objects", "index.sqlite"));
    expect(index.prepare("select bucket from object").pluck().all()).toEqual(["01DATA"]);
    index.close();
  });

  it("that is empty, because its first start was killed, stays so", () => {
    mkdirSync(join(folder, "copy"));
    upgrade1To2(folder, join(folder, "copy"));
  });
});
