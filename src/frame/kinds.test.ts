import { expect, test } from "vitest";
import { createKindNames } from "./kind-naming.ts";
import { createKinds, type KindEntry } from "./kinds.ts";

const entry = (naming: Pick<KindEntry, "service" | "kind" | "arn" | "key" | "scope">): KindEntry => ({
  ...naming,
  shape: "1",
  load: async () => ({ name: naming.kind }),
});
const kinds = createKinds([
  entry({ service: "sagemaker", kind: "image-version", arn: "image-version/{ImageName}/{Version}" }),
  entry({ service: "s3", kind: "bucket", arn: "{Bucket}", scope: "global" }),
  entry({ service: "iam", kind: "role", arn: "role{Path+}{RoleName}", key: ["RoleName"], scope: "account" }),
  entry({ service: "sagebrush", kind: "run", key: ["RunId"] }),
]);

test.each(["arn:aws:sagemaker:us-west-2:123456789012:image-version/one/3", "arn:aws:s3:::data"])(
  "%s is the ARN of the key that it stands for",
  (arn) => {
    expect(kinds.arn(kinds.parse(arn)!.key)).toBe(arn);
  },
);

test.each([
  ["iam/role", "-"],
  ["sagebrush/run", "us-west-2"],
  ["sagemaker/unknown", "us-west-2"],
])("a key of %s does not say an ARN", (kind, region) => {
  expect(kinds.arn({ account: "123456789012", region, kind, name: "n" })).toBeUndefined();
});

test("an ARN of another partition stands for nothing here", () => {
  expect(kinds.parse("arn:aws-cn:sagemaker:us-west-2:123456789012:image-version/one/3")).toBeUndefined();
  expect(kinds.parse("arn:aws-us-gov:s3:::data")).toBeUndefined();
});

test.each(["a\u001fb", "\u001f", "\u001e\u001f\u001f"])("a name may hold the separator of keys: %j", (ImageName) => {
  const names = createKindNames({
    service: "sagemaker",
    kind: "image-version",
    arn: "image-version/{ImageName}/{Version}",
  });
  const place = { account: "123456789012", region: "us-west-2" };
  const key = names.key(place, { ImageName, Version: "3" });
  expect(names.variables(key)).toEqual({ ImageName, Version: "3" });
  expect(names.parse(names.arn(key))).toEqual(key);
});
