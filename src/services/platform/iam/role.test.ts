import { describe, expect, it } from "vitest";
import { createTestContext } from "../../../server/request/test-context.ts";
import { role } from "./role.ts";
import { sagemakerTrust } from "./trust-policy.ts";

const context = createTestContext({ units: [role], settings: { roles: "known" } });
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
