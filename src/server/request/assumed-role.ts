import { ownPartition } from "../../aws/arn.ts";
import type { Caller } from "../../aws/caller.ts";
import { Fault } from "../../aws/faults.ts";
import { parseRoleArn } from "../../aws/role-arn.ts";

const session = "SageMaker";

/**
 * Returns the caller that `caller` becomes when it acts as a role of its account. With the setting `roles` = "any", the
 * role of another account or partition is replaced by the role of that name in this account.
 * @throws Fault AccessDenied, in AWS's words
 */
export function assumedRole(caller: Caller, roleArn: string, roles: "any" | "known"): Caller {
  const { account } = caller;
  const role = parseRoleArn(roleArn);
  const isOwn = role?.account === account && role.partition === ownPartition;
  if (!role || (!isOwn && roles !== "any"))
    throw new Fault(
      "AccessDenied",
      `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      { status: 403 },
    );
  return {
    kind: "role",
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${role.name}/${session}`,
    userId: `AROASAGEBRUSHROLE0000:${session}`,
    accessKeyId: "",
  };
}
