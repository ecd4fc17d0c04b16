import { expect, it } from "vitest";
import { createTestContext } from "../../../server/request/test-context.ts";
import { principalPolicy } from "./principal-policy.ts";
import { role } from "./role.ts";

const context = createTestContext({ units: [role, principalPolicy], settings: { roles: "known" } });
const arn = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const simulate = (input: object) =>
  context.call("iam", "SimulatePrincipalPolicy", {
    PolicySourceArn: arn("SageMakerRole"),
    ActionNames: ["s3:GetObject"],
    ...input,
  });
const decisions = async (ActionNames: string[], ResourceArns?: string[]) =>
  (await simulate({ ActionNames, ResourceArns })).EvaluationResults!.map(({ EvalDecision }) => EvalDecision);

it("allows what a role may do, and nothing else", async () => {
  expect(await decisions(["s3:PutObject", "sagemaker:CreateModel", "iam:PassRole", "S3:getobject"])).toEqual(
    Array(4).fill("allowed"),
  );
  expect(await decisions(["s3:DeleteBucket", "iam:CreateRole", "ec2:RunInstances", "s3:NoSuchThing"])).toEqual(
    Array(4).fill("implicitDeny"),
  );
  const domain = "arn:aws:sagemaker:us-west-2:123456789012:domain/d-1";
  expect(await decisions(["sagemaker:DescribeDomain", "sagemaker:DeleteDomain"], [domain])).toEqual([
    "allowed",
    "implicitDeny",
  ]);
  // No resource-based policy allows it, and the role's own do not suffice.
  const foreign = "arn:aws:sagemaker:us-west-2:999999999999:model/m";
  expect(await decisions(["sagemaker:DescribeModel"], [foreign, foreign.replaceAll("9", "1")])).toEqual([
    "implicitDeny",
    "implicitDeny",
  ]);
});

it("answers for each action on each resource, in pages", async () => {
  const input = {
    ActionNames: ["s3:PutObject", "ecr:GetAuthorizationToken"],
    ResourceArns: ["arn:aws:s3:::a/*", "arn:aws:s3:::b/*"],
    MaxItems: 3,
  };
  const first = await simulate(input);
  const rest = await simulate({ ...input, Marker: first.Marker });
  expect(first.IsTruncated).toBe(true);
  expect(rest.IsTruncated).toBe(false);
  const results = [...first.EvaluationResults!, ...rest.EvaluationResults!];
  expect(results.map(({ EvalActionName, EvalResourceName }) => [EvalActionName, EvalResourceName])).toEqual(
    input.ActionNames.flatMap((action) => input.ResourceArns.map((resource) => [action, resource])),
  );
});

it.each([
  [{ PolicySourceArn: "arn:aws:iam::123456789012:user/x" }, "InvalidInput", "is not the ARN of a role"],
  [{ PolicySourceArn: arn("nobody") }, "NoSuchEntity", "cannot be found"],
  [{ PolicySourceArn: arn("SageMakerRole").replace("aws", "aws-cn") }, "NoSuchEntity", "cannot be found"],
  [
    { PolicySourceArn: arn("SageMakerRole").replace("iam::", "iam:us-west-2:") },
    "InvalidInput",
    "not the ARN of a role",
  ],
  [{ ActionNames: ["s3:Get*"] }, "InvalidInput", "Invalid Action: s3:Get*"],
  [{ ActionNames: ["GetObject"] }, "InvalidInput", "Invalid Action: GetObject"],
  [{ Marker: "x" }, "InvalidInput", "Invalid Marker"],
  [{ PolicyInputList: ["{}"] }, "InvalidInput", "PolicyInputList is not built"],
  [{ ResourcePolicy: "{}" }, "InvalidInput", "ResourcePolicy is not built"],
])("refuses %j", async (input, code, words) => {
  await expect(simulate(input)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
});
