import { Fault, validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineResource } from "../../../frame/define-resource.ts";
import type { ResourceChange, ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { refuseMembers } from "../not-built.ts";
import { type UserContext, userContext } from "../user-context.ts";

type CreateGroup = InputOf<typeof import("@aws-sdk/client-sagemaker"), "CreateModelPackageGroup">;

interface GroupState {
  readonly createdBy: UserContext;
  /** The number of the newest version; a number is never reused. */
  readonly lastVersion: number;
}

const missing = ({ arn }: { readonly arn: string }) => validationFault(`ModelPackageGroup ${arn} does not exist.`);

/** The versions of one model. Its document counts them. */
export const modelPackageGroup = defineResource({
  service: "sagemaker",
  kind: "model-package-group",
  arn: "model-package-group/{ModelPackageGroupName}",
  title: "Model package group",
  statuses: { Completed: { final: true } },
  tags: true,
  search: "ModelPackageGroup",
  missing,
  existing: ({ arn }) => validationFault(`Model Package Group already exists with the ARN ${arn}.`),
  create: {
    operation: "CreateModelPackageGroup",
    async begin(input, context) {
      refuseMembers(context, input, "", ["ManagedConfiguration"]);
      const actual: GroupState = { createdBy: userContext(context), lastVersion: 0 };
      return { status: "Completed", actual };
    },
    output: (ModelPackageGroupArn) => ({ ModelPackageGroupArn }),
  },
  describe: {
    operation: "DescribeModelPackageGroup",
    output: ({ wanted, created, actual }, ModelPackageGroupArn) => ({
      ModelPackageGroupName: wanted.ModelPackageGroupName,
      ModelPackageGroupArn,
      ModelPackageGroupDescription: wanted.ModelPackageGroupDescription,
      CreationTime: new Date(created),
      CreatedBy: actual.createdBy,
      ModelPackageGroupStatus: "Completed" as const,
    }),
  },
  list: {
    operation: "ListModelPackageGroups",
    member: "ModelPackageGroupSummaryList",
    descending: false,
    // Accounts cannot share groups, because the policy operations are not built.
    filters: { CrossAccountFilterOption: (option) => (option === "CrossAccount" ? "nothing" : undefined) },
    summary: ({ wanted, created }, ModelPackageGroupArn) => ({
      ModelPackageGroupName: wanted.ModelPackageGroupName,
      ModelPackageGroupArn,
      ModelPackageGroupDescription: wanted.ModelPackageGroupDescription,
      CreationTime: new Date(created),
      ModelPackageGroupStatus: "Completed" as const,
    }),
  },
  hasChildren: ({ name }) =>
    new Fault(
      "ConflictException",
      `Model Package Group ${name} cannot be deleted because it still contains model packages. Delete its versions first.`,
    ),
  delete: { operation: "DeleteModelPackageGroup" },
});

type Group = ResourceDocument<CreateGroup, GroupState>;

/**
 * Returns the group of a new version.
 * @throws Fault when the group does not exist, or belongs to another account: groups are not shared
 */
export async function ownGroup(context: Context, named: string): Promise<Group> {
  const { account, region } = modelPackageGroup.keyOf(context, named);
  if (account !== context.account || region !== context.region) throw missing({ arn: named });
  return modelPackageGroup.get(context, named);
}

/** Returns the number of a group's next version, and the change that counts it. Concurrent changes conflict. */
export async function countVersion(
  context: Context,
  group: Group,
): Promise<{ readonly version: number; readonly counted: ResourceChange }> {
  const version = group.actual.lastVersion + 1;
  const counted = await modelPackageGroup.put(context, { ...group, actual: { ...group.actual, lastVersion: version } });
  return { version, counted };
}
