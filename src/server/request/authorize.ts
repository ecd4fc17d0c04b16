import type { Caller, Grant } from "../../aws/caller.ts";
import { Fault } from "../../aws/faults.ts";
import { actionOf, type Permission, type PermissionsOf } from "../../frame/permissions.ts";
import type { WireInput, WireOperation } from "../../wire/wire.ts";
import { everything, grantsOf } from "./grants-of.ts";

/**
 * Checks that the caller has every permission that the operation needs. `permissionsOf` comes from the operation's
 * unit; without it, the action has the operation's name and concerns no resource.
 * @throws Fault AccessDenied or AccessDeniedException, in AWS's words
 */
export function authorize(
  caller: Caller,
  operation: WireOperation,
  permissionsOf: PermissionsOf | undefined,
  input: WireInput,
  region: string,
): void {
  const { allow, deny } = grantsOf(caller);
  // Names alone stand for things of the caller's account, all of which an administrator may reach.
  if (allow === everything && deny.length === 0 && !holdsArn(input)) return;
  const needed = permissionsOf
    ? permissionsOf(input, { account: caller.account, region })
    : [{ action: actionOf(operation.service.id, operation.name), resource: "*" }];
  for (const permission of needed) {
    if (deny.some((grant) => covers(grant, permission)))
      throw refused(caller, operation, permission, "with an explicit deny in an identity-based policy");
    if (!allow.some((grant) => covers(grant, permission))) {
      const reason = `because no identity-based policy allows the ${permission.action} action`;
      throw refused(caller, operation, permission, reason);
    }
    if (isForeign(permission.resource, caller.account)) {
      const reason = `because no resource-based policy allows the ${permission.action} action`;
      throw refused(caller, operation, permission, reason);
    }
  }
}

function holdsArn(input: WireInput): boolean {
  for (const member in input) {
    const value = (input as Readonly<Record<string, unknown>>)[member];
    if (typeof value === "string" ? value.startsWith("arn:") : Array.isArray(value)) return true;
  }
  return false;
}

/** Whether an ARN names another account than the caller's. Resource-based policies, which could allow it, are not built. */
function isForeign(resource: string, account: string): boolean {
  const owner = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(resource)?.[1];
  return owner !== undefined && owner !== account;
}

function refused({ arn }: Caller, { service }: WireOperation, { action, resource }: Permission, reason: string): Fault {
  return new Fault(
    service.rest?.protocol === "restXml" || service.query ? "AccessDenied" : "AccessDeniedException",
    `User: ${arn} is not authorized to perform: ${action} on resource: "${resource}" ${reason}`,
    { status: 403 },
  );
}

const covers = ({ actions, resources, except }: Grant, { action, resource }: Permission): boolean =>
  actions.some((pattern) => matches(pattern, action)) &&
  resources.some((pattern) => matchesArn(pattern, resource)) &&
  !except?.some((pattern) => matchesArn(pattern, resource));

const matches = (pattern: string, value: string): boolean =>
  pattern.endsWith("*") ? value.startsWith(pattern.slice(0, -1)) : value === pattern;

/** Parts of an ARN before the resource: arn, partition, service, region, account. */
const arnParts = 5;

/**
 * Matches grants, whose `*` is not a policy's: the grants of runs contain the keys of objects, in which `*` and `?` are
 * ordinary characters.
 */
function matchesArn(pattern: string, arn: string): boolean {
  if (!pattern.includes(":*:")) return matches(pattern, arn);
  const wanted = pattern.split(":");
  const given = arn.split(":");
  return (
    wanted.slice(0, arnParts).every((part, index) => part === "*" || part === given[index]) &&
    matches(wanted.slice(arnParts).join(":"), given.slice(arnParts).join(":"))
  );
}
