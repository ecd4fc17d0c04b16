import { parseArn } from "../../../aws/arn.ts";
import { Fault } from "../../../aws/faults.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { listPage, type PageMembers } from "../../../frame/list-page.ts";
import { type Refusals, refusalsOf } from "../../../frame/not-built.ts";

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
    const RoleName = roleNameOf(PolicySourceArn);
    if (RoleName === undefined) throw invalidInput(`Invalid Entity Arn: ${PolicySourceArn} is not the ARN of a role.`);
    const malformed = ActionNames.find((name) => !/^[\w-]+:\w+$/.test(name));
    if (malformed !== undefined)
      throw invalidInput(
        `Invalid Action: ${malformed}. Write service:Operation, such as s3:GetObject, without wildcards.`,
      );
    await context.asService().call("iam", "GetRole", { RoleName });
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

/** Returns the role's name in its ARN, whatever its path; undefined for an ARN of something else. */
function roleNameOf(arn: string): string | undefined {
  const parts = parseArn(arn);
  return parts?.service === "iam" ? /^role\/(?:.*\/)?([^/]+)$/.exec(parts.resource)?.[1] : undefined;
}
