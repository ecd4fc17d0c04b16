import { ownPartition } from "../../aws/arn.ts";
import { Fault, validationFault } from "../../aws/faults.ts";
import { parseRoleArn } from "../../aws/role-arn.ts";
import type { Context } from "../../frame/context.ts";

/**
 * Refuses a role that a job or model cannot run as: that of another account, as AWS does, and under the setting `roles` =
 * "known" one that does not exist. Under "any" it need not have been made.
 */
export async function checkExecutionRole(context: Context, roleArn: string | undefined): Promise<void> {
  if (roleArn === undefined) return;
  const role = parseRoleArn(roleArn);
  if (role !== undefined && role.account !== context.account)
    throw validationFault("Cross-account pass role is not allowed.");
  if (context.settings.roles === "any") return;
  if (role?.partition === ownPartition) {
    try {
      await context.asService().call("iam", "GetRole", { RoleName: role.name });
      return;
    } catch (error) {
      if (!(error instanceof Fault && error.code.startsWith("NoSuchEntity"))) throw error;
    }
  }
  throw validationFault(
    `Could not assume role ${roleArn}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role. ListRoles shows the roles there are; the setting roles=any accepts every well-formed ARN.`,
  );
}
