import { createHash } from "node:crypto";
import { Fault } from "../../../aws/faults.ts";
import { readResourcePolicy } from "../../../aws/resource-policy.ts";
import { againOnConflict } from "../../../frame/again-on-conflict.ts";
import type { Context } from "../../../frame/context.ts";
import { defineKind } from "../../../frame/define-kind.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import { guardName, type WantedGuard } from "../../../frame/guarding-policy.ts";
import { listPage } from "../../../frame/list-page.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import { onCatalog } from "./catalog-permissions.ts";
import { gluePage, invalidInput, notBuilt, notFound } from "./glue-faults.ts";

type Nothing = Record<string, never>;
type PolicyDocument = ResourceDocument<WantedGuard, Nothing>;

/** The policy of the Data Catalog, which every request to it is held against. */
export const resourcePolicyKind = defineKind<WantedGuard, Nothing>({
  service: "glue",
  kind: "resource-policy",
  key: ["Name"],
  title: "Resource policy",
  listedBy: "GetResourcePolicies",
  guards: true,
});

const keyOf = (context: Context) => resourcePolicyKind.key(context, { Name: guardName });
const findPolicy = (context: Context) => resourcePolicyKind.find(context, keyOf(context));

const hashOf = (policy: string): string => createHash("sha256").update(policy).digest("base64");
const conditionFailed = (words: string) => new Fault("ConditionCheckFailureException", words);

/** A policy is that of the whole catalog. */
function checkArn({ account, region }: Context, arn: string | undefined): void {
  const own = `arn:aws:glue:${region}:${account}:catalog`;
  if (arn !== undefined && arn !== own)
    throw invalidInput(`ResourceArn ${arn} has no policy of its own; leave it out, or give ${own}.`);
}

function checkHash(found: PolicyDocument | undefined, hash: string | undefined): void {
  if (hash !== undefined && hash !== (found && hashOf(found.wanted.policy)))
    throw conditionFailed("PolicyHashCondition is not the hash of the policy that there is.");
}

const shown = ({ created, modified, wanted: { policy } }: PolicyDocument) => ({
  ...{ PolicyInJson: policy, PolicyHash: hashOf(policy) },
  ...{ CreateTime: new Date(created), UpdateTime: new Date(modified) },
});

export const resourcePolicy = defineOperations(
  "glue",
  {
    PutResourcePolicy: onCatalog("PutResourcePolicy"),
    GetResourcePolicy: onCatalog("GetResourcePolicy"),
    GetResourcePolicies: onCatalog("GetResourcePolicies"),
    DeleteResourcePolicy: onCatalog("DeleteResourcePolicy"),
  },
  {
    async PutResourcePolicy(input, context) {
      const { PolicyInJson, ResourceArn, PolicyHashCondition, PolicyExistsCondition = "NONE" } = input;
      checkArn(context, ResourceArn);
      readResourcePolicy(PolicyInJson, "glue", invalidInput, (what, instead) => notBuilt(context, what, instead));
      await againOnConflict(context, async () => {
        const found = await findPolicy(context);
        if (PolicyExistsCondition === "MUST_EXIST" && !found) throw conditionFailed("There is no resource policy yet.");
        if (PolicyExistsCondition === "NOT_EXIST" && found)
          throw conditionFailed("There is a resource policy already.");
        checkHash(found, PolicyHashCondition);
        const now = context.clock.now();
        const before = found ?? { key: keyOf(context), id: context.ids.ulid(), origin: context.origin, created: now };
        await context.resources.write([
          await resourcePolicyKind.put(context, {
            ...{ ...before, modified: now, wanted: { policy: PolicyInJson }, actual: {} },
          }),
        ]);
      });
      return { PolicyHash: hashOf(PolicyInJson) };
    },

    async GetResourcePolicy({ ResourceArn }, context) {
      checkArn(context, ResourceArn);
      const found = await findPolicy(context);
      if (!found) throw notFound("Policy not found.");
      return shown(found);
    },

    async GetResourcePolicies(input, context) {
      const found = await findPolicy(context);
      return listPage(gluePage, input, ({ after }) => {
        if (after !== undefined) throw new RangeError("There is one page");
        return { GetResourcePoliciesResponseList: found ? [shown(found)] : [] };
      });
    },

    async DeleteResourcePolicy({ ResourceArn, PolicyHashCondition }, context) {
      checkArn(context, ResourceArn);
      await againOnConflict(context, async () => {
        const found = await findPolicy(context);
        if (!found) throw notFound("Policy not found.");
        checkHash(found, PolicyHashCondition);
        await context.resources.write([{ delete: found.key, expected: found.version }]);
      });
      return {};
    },
  },
);
