import { ownPartition } from "../../../aws/arn.ts";
import type { Caller, Grant } from "../../../aws/caller.ts";
import { parseRoleArn } from "../../../aws/role-arn.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";

/** As whom a query goes on after its request was answered: its caller, without the key. */
export type QueryCaller = Pick<Caller, "kind" | "grants" | "deny"> & Partial<Pick<Caller, "arn" | "userId">>;

export const queryCaller = ({ kind, arn, userId, grants, deny }: Caller): QueryCaller => ({
  ...{ kind, arn, userId },
  ...(grants && { grants }),
  ...(deny && deny.length > 0 && { deny }),
});

/** Returns the caller of a query, with all its rights and no others. */
export const callerOf = ({ key, origin, wanted }: ResourceDocument<{ readonly caller: QueryCaller }>): Caller => ({
  ...{ arn: origin ?? "", userId: "", ...wanted.caller },
  ...{ account: key.account, accessKeyId: "" },
});

/** As callers were kept first. */
export type FirstCaller = { readonly kind: string; readonly role?: string; readonly grants?: readonly Grant[] };

export function fromFirstShape({ kind, role, grants }: FirstCaller): QueryCaller {
  if (kind === "administrator") return { kind: "administrator" };
  const named = role === undefined ? undefined : parseRoleArn(role);
  if (named)
    return { kind: "role", arn: `arn:${ownPartition}:sts::${named.account}:assumed-role/${named.name}/SageMaker` };
  return { kind: "run", grants: grants ?? [] };
}
