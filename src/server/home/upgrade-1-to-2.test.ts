import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createUpgrade1To2, documentInFormat2, keyInFormat2, parentInFormat2 } from "./upgrade-1-to-2.ts";

const place = { account: "123456789012", region: "us-west-2" };
const wanted = { Some: "thing" };

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
    const document = { key: { ...place, kind, name: "name" }, status: "Some", wanted };
    expect(documentInFormat2(document)).toEqual({ ...document, key: { ...place, kind: renamed, name: "name" } });
  });

  it.each(["Active", "Deleting"])("of buckets are of no account, and say whose they are: %s", (status) => {
    const key = { account: place.account, region: "-", kind: "bucket", name: "data" };
    expect(documentInFormat2({ key, status, wanted: { region: "us-west-2" } })).toEqual({
      key: { account: "-", region: "-", kind: "s3/bucket", name: "data" },
      status: "Active",
      wanted: { region: "us-west-2", owner: place.account },
      labels: { owner: place.account },
    });
  });

  it("of log streams have the name of their group as a name of its own", () => {
    const key = { ...place, kind: "log-stream", name: "/aws/group:[$LATEST]a/b" };
    expect(documentInFormat2({ key, parent: "log-group//aws/group", wanted })).toEqual({
      key: { ...place, kind: "logs/log-stream", name: "/aws/group\u001F[$LATEST]a/b" },
      parent: "logs/log-group /aws/group",
      wanted,
    });
  });

  it("name their parent by its new kind", () => {
    expect(parentInFormat2("training-job/a-job")).toBe("sagemaker/training-job a-job");
    expect(parentInFormat2("endpoint/an-endpoint")).toBe("sagemaker/endpoint an-endpoint");
  });

  it("are left alone when they have been renamed", () => {
    const key = keyInFormat2({ ...place, kind: "log-stream", name: "group:stream" });
    expect(keyInFormat2(key)).toEqual(key);
    for (const parent of ["log-group//aws/a", "endpoint/e"]) {
      const renamed = parentInFormat2(parent);
      expect(parentInFormat2(renamed)).toBe(renamed);
    }
  });
});

describe("the upgrade of a home", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sagebrush-upgrade-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The stores' files, and whether they were there, in the order of the calls. */
  const upgrade = (calls: unknown[]) =>
    createUpgrade1To2({
      renameBuckets: (file, idOf) => calls.push([file, idOf("data"), idOf("unknown")]),
      upgradeResourceFile: (file, renamed) => calls.push([file, renamed]),
    });

  it("takes the ids of buckets from the copy, because the home may have been renamed by an upgrade that was killed", () => {
    const [home, copy] = ["home", "copy"].map((name) => join(folder, name)) as [string, string];
    for (const path of [join(home, "objects"), copy]) mkdirSync(path, { recursive: true });
    for (const file of ["objects/index.sqlite", "resources.sqlite"]) writeFileSync(join(home, file), "");
    const database = new Sqlite(join(copy, "resources.sqlite"));
    database.exec(`create table resource (kind text, name text, id text) strict;
      insert into resource values ('bucket', 'data', '01DATA'), ('model', 'unknown', '01MODEL')`);
    database.close();
    const calls: unknown[] = [];
    upgrade(calls)(home, copy);
    expect(calls).toEqual([
      [join(home, "objects", "index.sqlite"), "01DATA", undefined],
      [join(home, "resources.sqlite"), documentInFormat2],
    ]);
  });

  it("has nothing to do in a home whose first start was killed", () => {
    const calls: unknown[] = [];
    upgrade(calls)(folder, folder);
    expect(calls).toEqual([]);
  });
});
