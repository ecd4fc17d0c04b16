import { expect, it } from "vitest";
import type { Caller } from "./caller.ts";
import { Fault } from "./faults.ts";
import type { PolicyStatement } from "./policy-document.ts";
import { policyVerdict, readResourcePolicy } from "./resource-policy.ts";

const account = "123456789012";
const role: Caller = {
  ...{ kind: "role", account, userId: "AROA:s", accessKeyId: "" },
  arn: `arn:aws:sts::${account}:assumed-role/Analyst/SageMaker`,
};
const administrator: Caller = { ...role, kind: "administrator" };
const malformed = (message: string) => new Fault("InvalidInputException", message);
const notBuilt = (what: string, instead: string) => malformed(`${what} is not built; ${instead}`);
const read = (policy: unknown) =>
  readResourcePolicy(typeof policy === "string" ? policy : JSON.stringify(policy), "glue", malformed, notBuilt);

const table = `arn:aws:glue:us-east-1:${account}:table/db/t`;
const statement = { Effect: "Allow", Principal: "*", Action: "glue:GetTable", Resource: "*" };
const verdict = (more: object, caller = role, resource = table) =>
  policyVerdict(read({ Version: "2012-10-17", Statement: [{ ...statement, ...more }] }), caller, {
    action: "glue:GetTable",
    resource,
  });

it.each<[string, Partial<PolicyStatement>, "allowed" | "denied" | undefined]>([
  ["everybody", {}, "allowed"],
  ["everybody, as a list", { Principal: { AWS: ["*"] } }, "allowed"],
  ["the role", { Principal: { AWS: `arn:aws:iam::${account}:role/Analyst` } }, "allowed"],
  ["the role by its path", { Principal: { AWS: `arn:aws:iam::${account}:role/team/Analyst` } }, "allowed"],
  ["the session", { Principal: { AWS: role.arn } }, "allowed"],
  ["another role", { Principal: { AWS: `arn:aws:iam::${account}:role/Analysts` } }, undefined],
  ["a role of that name elsewhere", { Principal: { AWS: "arn:aws:iam::210987654321:role/Analyst" } }, undefined],
  ["the account, which leaves it to the account's own rights", { Principal: { AWS: account } }, undefined],
  ["the account, denied", { Effect: "Deny", Principal: { AWS: `arn:aws:iam::${account}:root` } }, "denied"],
  ["a service", { Principal: { Service: "glue.amazonaws.com" } }, undefined],
  ["all but the role", { Principal: undefined, NotPrincipal: { AWS: role.arn }, Effect: "Deny" }, undefined],
  ["all but another", { Principal: undefined, NotPrincipal: { AWS: "210987654321" }, Effect: "Deny" }, "denied"],
  ["actions in any case", { Action: ["glue:gettable*"] }, "allowed"],
  ["other actions", { Action: "glue:GetPartition" }, undefined],
  ["all but an action", { Action: undefined, NotAction: "glue:Delete*" }, "allowed"],
  ["resources by pattern", { Resource: "arn:aws:glue:*:*:table/db/?" }, "allowed"],
  ["resources in their own case", { Resource: "arn:aws:glue:*:*:table/DB/*" }, undefined],
  ["all but a resource", { Resource: undefined, NotResource: table }, undefined],
  [
    "the role as a condition",
    { Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/Ana*" } } },
    "allowed",
  ],
  [
    "a condition that is not met",
    { Effect: "Deny", Condition: { StringNotEquals: { "aws:principalaccount": [account, "1"] } } },
    undefined,
  ],
])("decides of a role: %s", (_, more, expected) => {
  expect(verdict(more)).toBe(expected);
});

it("denies before it allows, and gives runs and the service nothing", () => {
  const both = read({ Statement: [statement, { ...statement, Effect: "Deny" }] });
  expect(policyVerdict(both, role, { action: "glue:GetTable", resource: table })).toBe("denied");
  expect(verdict({}, { ...role, kind: "run", grants: [] })).toBeUndefined();
  expect(verdict({ Effect: "Deny" }, administrator)).toBe("denied");
  const spared = { ...read({ Statement: { ...statement, Effect: "Deny" } }), spared: ["glue:GetTable"] };
  expect(policyVerdict(spared, administrator, { action: "glue:GetTable", resource: table })).toBeUndefined();
  expect(policyVerdict(spared, role, { action: "glue:GetTable", resource: table })).toBe("denied");
});

it.each<[unknown, string]>([
  ["{", "invalid Json"],
  [[], "must be a JSON object"],
  [{ Version: "2013" }, "valid version string"],
  [{}, "no Statement"],
  [{ Statement: { ...statement, Effect: "Maybe" } }, "Invalid effect"],
  [{ Statement: { ...statement, Principal: undefined } }, "Missing required field Principal"],
  [{ Statement: { ...statement, Principal: { AWS: "me" } } }, 'Invalid principal in policy: "AWS":"me"'],
  [{ Statement: { ...statement, Principal: { Robot: "me" } } }, 'Invalid principal in policy: "Robot"'],
  [{ Statement: { ...statement, Action: "s3:GetObject" } }, "Invalid action in policy: s3:GetObject"],
  [{ Statement: { ...statement, Resource: undefined } }, "Missing required field Resource"],
  [{ Statement: { ...statement, Resource: "arn:aws:s3:::b" } }, "Invalid resource in policy: arn:aws:s3:::b"],
  [{ Statement: { ...statement, Condition: { IpAddress: {} } } }, "condition operator IpAddress is not built"],
  [
    { Statement: { ...statement, Condition: { StringEquals: { "aws:SourceIp": "x" } } } },
    "condition key aws:SourceIp is not built; use one of aws:PrincipalArn",
  ],
])("refuses %j", (policy, words) => {
  expect(() => read(policy)).toThrow(words);
});
