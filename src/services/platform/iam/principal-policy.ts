import { ownPartition } from "../../../aws/arn.ts";
import { Fault } from "../../../aws/faults.ts";
import { parseRoleArn } from "../../../aws/role-arn.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { listPage, type PageMembers } from "../../../frame/list-page.ts";
import { type Refusals, refusalsOf } from "../../../frame/not-built.ts";
import { noSuchRole } from "./role.ts";

const { refuseMembers }: Refusals = refusalsOf("iam");

const page: PageMembers = {
  limit: "MaxItems",
  token: "Marker",
  size: 100,
  invalidToken: (marker) => invalidInput(`Invalid Marker: ${marker}`),
};

const permissions = {
  SimulatePrincipalPolicy: ({ PolicySourceArn }: { readonly PolicySourceArn?: string | undefined }) => [
    { action: "iam:SimulatePrincipalPolicy", resource: PolicySourceArn ?? "*" },
  ],
};

/** What the policies of a role allow. Until policies are evaluated, every role has the same grants. */
export const principalPolicy = defineOperations("iam", permissions, {
  async SimulatePrincipalPolicy(input, context) {
    refuseMembers(context, input, "", ["PolicyInputList", "PermissionsBoundaryPolicyInputList", "ResourcePolicy"]);
    const { PolicySourceArn, ActionNames, ResourceArns = [] } = input;
    const source = parseRoleArn(PolicySourceArn);
    if (!source) throw invalidInput(`Invalid Entity Arn: ${PolicySourceArn} is not the ARN of a role.`);
    const malformed = ActionNames.find((name) => !/^[\w-]+:\w+$/.test(name));
    if (malformed !== undefined)
      throw invalidInput(
        `Invalid Action: ${malformed}. Write service:Operation, such as s3:GetObject, without wildcards.`,
      );
    const isOwn = source.account === context.account && source.partition === ownPartition;
    if (!isOwn && context.settings.roles !== "any") throw noSuchRole(source.name);
    await context.asService().call("iam", "GetRole", { RoleName: source.name });
    const role = context.as(PolicySourceArn);
    const resources = ResourceArns.length > 0 ? ResourceArns : ["*"];
    const results = ActionNames.flatMap((action) =>
      resources.map((resource) => ({
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: role.decide({ action, resource }).decision,
        MatchedStatements: [],
        MissingContextValues: [],
      })),
    );
    const { shown, next } = await listPage(page, input, ({ after = "0", limit }) => {
      if (!/^\d{1,9}$/.test(after)) throw new RangeError(`${after} is not the number of a result`);
      const end = Number(after) + limit;
      return { shown: results.slice(Number(after), end), next: end < results.length ? String(end) : undefined };
    });
    return { EvaluationResults: shown, IsTruncated: next !== undefined, Marker: next };
  },
});

const invalidInput = (message: string) => new Fault("InvalidInput", message);
