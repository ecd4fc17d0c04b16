import { describe, expect, it } from "vitest";
import { documentInFormat2, keyInFormat2, parentInFormat2 } from "./upgrade-1-to-2.ts";

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
    const document = { key: { ...place, kind, name: "name" }, parent: undefined, wanted };
    expect(documentInFormat2(document)).toEqual({ ...document, key: { ...place, kind: renamed, name: "name" } });
  });

  it("of buckets are of no account, and say whose they are", () => {
    const key = { account: place.account, region: "-", kind: "bucket", name: "data" };
    expect(documentInFormat2({ key, wanted: { region: "us-west-2" } })).toEqual({
      key: { account: "-", region: "-", kind: "s3/bucket", name: "data" },
      wanted: { region: "us-west-2", owner: place.account },
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
