import { describe, expect, it } from "vitest";
import { createTestContext } from "../../../server/request/test-context.ts";
import { role } from "./role.ts";
import { roleTags } from "./role-tags.ts";
import { sagemakerTrust } from "./trust-policy.ts";

const context = createTestContext({ units: [role, roleTags], settings: { roles: "known" } });
const create = (RoleName: string, more: object = {}) =>
  context.call("iam", "CreateRole", { RoleName, AssumeRolePolicyDocument: sagemakerTrust, ...more });
const arn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

describe("roles", () => {
  it("are made, found without regard to case, listed by path and deleted", async () => {
    const { Role } = await create("Trainer", { Path: "/team/", Tags: [{ Key: "a", Value: "b" }] });
    expect(Role).toMatchObject({ Path: "/team/", Arn: arn("team/Trainer"), MaxSessionDuration: 3600 });
    expect(Role!.RoleId).toMatch(/^AROA[A-Z2-7]{17}$/);
    expect(JSON.parse(decodeURIComponent(Role!.AssumeRolePolicyDocument!))).toEqual(JSON.parse(sagemakerTrust));
    expect((await context.call("iam", "GetRole", { RoleName: "trainer" })).Role).toEqual(Role);
    await expect(create("TRAINER")).rejects.toMatchObject({
      code: "EntityAlreadyExists",
      status: 409,
      message: "Role with name TRAINER already exists.",
    });
    await create("Aaa");
    const first = await context.call("iam", "ListRoles", { MaxItems: 2 });
    expect(first.Roles!.map(({ RoleName }) => RoleName)).toEqual(["Aaa", "SageMakerRole"]);
    const rest = await context.call("iam", "ListRoles", { Marker: first.Marker });
    expect(rest).toMatchObject({ Roles: [{ RoleName: "Trainer" }], IsTruncated: false });
    expect((await context.call("iam", "ListRoles", { PathPrefix: "/team/" })).Roles).toHaveLength(1);
    await context.call("iam", "DeleteRole", { RoleName: "Trainer" });
    await expect(context.call("iam", "GetRole", { RoleName: "Trainer" })).rejects.toMatchObject({
      code: "NoSuchEntity",
      status: 404,
      message: "The role with name Trainer cannot be found.",
    });
  });

  it("SageMakerRole is in every home, for good", async () => {
    const { Role } = await context.call("iam", "GetRole", { RoleName: "SageMakerRole" });
    expect(decodeURIComponent(Role!.AssumeRolePolicyDocument!)).toContain("sagemaker.amazonaws.com");
    await expect(create("SageMakerRole")).rejects.toMatchObject({ code: "EntityAlreadyExists" });
    await expect(context.call("iam", "DeleteRole", { RoleName: "SageMakerRole" })).rejects.toMatchObject({
      code: "UnmodifiableEntity",
    });
  });

  it("without a document are answered under the setting roles=any, always the same", async () => {
    const any = createTestContext({ units: [role], settings: { roles: "any" } });
    const RoleName = "AmazonSageMaker-ExecutionRole-20260101T000000";
    const { Role } = await any.call("iam", "GetRole", { RoleName });
    expect(Role).toMatchObject({ Arn: arn(`service-role/${RoleName}`) });
    any.passTime(1000);
    expect((await any.call("iam", "GetRole", { RoleName })).Role).toEqual(Role);
  });

  it.each([
    ["{", "contains invalid Json"],
    ["[]", "must be a JSON object"],
    ["{}", "no Statement"],
    ['{"Version":"2020","Statement":{}}', "2012-10-17"],
    ['{"Statement":{"Effect":"Maybe","Principal":"*","Action":"sts:AssumeRole"}}', "Invalid effect"],
    ['{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}}', "Missing required field Principal"],
    ['{"Statement":{"Effect":"Allow","Principal":{"Service":[]},"Action":"sts:AssumeRole"}}', "Invalid principal"],
    ['{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject"}}', "may only specify STS"],
    ['{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}}', "prohibited field"],
  ])("refuse the trust policy %s", async (AssumeRolePolicyDocument, words) => {
    await expect(create("Refused", { AssumeRolePolicyDocument })).rejects.toMatchObject({
      code: "MalformedPolicyDocument",
      message: expect.stringContaining(words),
    });
  });
});

describe("tags of a role", () => {
  const tagsOf = async (RoleName: string, more: object = {}) =>
    await context.call("iam", "ListRoleTags", { RoleName, ...more });
  const tags = (...pairs: readonly string[]) =>
    pairs.map((pair) => ({ Key: pair.split("=")[0]!, Value: pair.split("=")[1]! }));

  it("are added, changed without regard to the case of keys, listed by key in pages, and removed", async () => {
    await create("Tagged", { Tags: tags("team=a") });
    await context.call("iam", "TagRole", { RoleName: "tagged", Tags: tags("Team=b", "cost=1", "zone=x") });
    expect(await tagsOf("Tagged")).toEqual({
      ...{ Tags: tags("cost=1", "Team=b", "zone=x"), IsTruncated: false, Marker: undefined },
    });
    const first = await tagsOf("Tagged", { MaxItems: 2 });
    expect(first).toMatchObject({ Tags: tags("cost=1", "Team=b"), IsTruncated: true });
    expect(await tagsOf("Tagged", { Marker: first.Marker })).toMatchObject({
      Tags: tags("zone=x"),
      IsTruncated: false,
    });
    await context.call("iam", "UntagRole", { RoleName: "Tagged", TagKeys: ["TEAM", "never"] });
    expect((await tagsOf("Tagged")).Tags).toEqual(tags("cost=1", "zone=x"));
    expect((await context.call("iam", "GetRole", { RoleName: "Tagged" })).Role!.Tags).toEqual(tags("cost=1", "zone=x"));
  });

  it.each([
    ["two of a key", "Refusing", tags("a=1", "A=2"), "InvalidInput"],
    ["a reserved key", "Refusing", tags("aws:a=1"), "InvalidInput"],
    ["more than fifty", "Refusing", tags(...Array.from({ length: 50 }, (_, index) => `k${index}=v`)), "LimitExceeded"],
    ["a role that is not there", "Nobody", tags("a=1"), "NoSuchEntity"],
    ["the role of every home", "SageMakerRole", tags("a=1"), "UnmodifiableEntity"],
  ])("refuse %s", async (_, RoleName, Tags, code) => {
    if (RoleName === "Refusing") await create(RoleName, { Tags: tags("own=1") }).catch(() => {});
    await expect(context.call("iam", "TagRole", { RoleName, Tags })).rejects.toMatchObject({ code });
  });

  it("of which a key stands twice make no role", async () => {
    await expect(create("Twice", { Tags: tags("a=1", "A=2") })).rejects.toMatchObject({ code: "InvalidInput" });
    await expect(tagsOf("Twice")).rejects.toMatchObject({ code: "NoSuchEntity" });
  });
});
