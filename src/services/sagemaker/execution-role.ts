import { ownPartition } from "../../aws/arn.ts";
import { Fault, validationFault } from "../../aws/faults.ts";
import { parseRoleArn } from "../../aws/role-arn.ts";
import type { Context } from "../../frame/context.ts";

/**
 * Refuses a role that a job or model cannot run as. Under the setting `roles` = "any" a well-formed ARN is enough (the
 * model's pattern has checked it already); under "known" the role must exist.
 */
export async function checkExecutionRole(context: Context, roleArn: string | undefined): Promise<void> {
  if (roleArn === undefined || context.settings.roles === "any") return;
  const role = parseRoleArn(roleArn);
  if (role?.account === context.account && role.partition === ownPartition) {
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
