import type { Caller, Grant, Grants } from "../../aws/caller.ts";
import { Fault } from "../../aws/faults.ts";
import { isForeign, policyVerdict, type ResourcePolicy } from "../../aws/resource-policy.ts";
import { actionOf, type Decision, type Permission, type PermissionsOf } from "../../frame/permissions.ts";
import type { WireInput, WireOperation } from "../../wire/wire.ts";
import { everything, grantsOf } from "./grants-of.ts";

/**
 * Checks that the caller has every permission that the operation needs. `permissionsOf` comes from the operation's
 * unit; without it, the action has the operation's name and concerns no resource. `policy` is that of the service's
 * resources, where they have one.
 * @throws Fault AccessDenied or AccessDeniedException, in AWS's words
 */
export function authorize(
  caller: Caller,
  operation: WireOperation,
  permissionsOf: PermissionsOf | undefined,
  input: WireInput,
  region: string,
  policy?: ResourcePolicy,
): void {
  const grants = grantsOf(caller);
  // Names alone stand for things of the caller's account, all of which an administrator may reach.
  if (!policy && grants.allow === everything && grants.deny.length === 0 && !namesAccount(input)) return;
  const needed = permissionsOf
    ? permissionsOf(input, { account: caller.account, region })
    : [{ action: actionOf(operation.service.id, operation.name), resource: "*" }];
  for (const permission of needed) {
    if (permission.byHandler) continue;
    const byPolicy = policy && policyVerdict(policy, caller, permission);
    // What a service does for a thing of its own must be allowed by the policy, where there is one.
    const isKeptOut = caller.source !== undefined && policy !== undefined && byPolicy === undefined;
    const verdict = isKeptOut ? "foreign" : verdictOf(grants, caller.account, permission, byPolicy);
    if (verdict !== "allowed") throw refused(operation, refusalOf(caller, permission, verdict));
  }
}

/** Decides a permission for a handler. Its action may be in any case, as in a policy. */
export function decide(caller: Caller, permission: Permission): Decision {
  const { allow, deny } = grantsOf(caller);
  const grants = { allow: allow.map(inLowerCase), deny: deny.map(inLowerCase) };
  const asked = { ...permission, action: permission.action.toLowerCase() };
  const verdict = verdictOf(grants, caller.account, asked);
  if (verdict === "allowed") return { decision: verdict };
  return { decision: refusals[verdict].decision, refusal: refusalOf(caller, permission, verdict) };
}

/** Returns whether the caller has a permission, of many of one kind. Its action is in the case of the grants. */
export function permitted(caller: Caller): (permission: Permission) => boolean {
  const grants = grantsOf(caller);
  return (permission) => verdictOf(grants, caller.account, permission) === "allowed";
}

type Refusal = "denied" | "denied by policy" | "not allowed" | "foreign";

const refusals: Readonly<Record<Refusal, Pick<Decision, "decision"> & { reason(action: string): string }>> = {
  denied: { decision: "explicitDeny", reason: () => "with an explicit deny in an identity-based policy" },
  "denied by policy": {
    decision: "explicitDeny",
    reason: () => "with an explicit deny in a resource-based policy",
  },
  "not allowed": {
    decision: "implicitDeny",
    reason: (action) => `because no identity-based policy allows the ${action} action`,
  },
  foreign: {
    decision: "implicitDeny",
    reason: (action) => `because no resource-based policy allows the ${action} action`,
  },
};

function verdictOf(
  { allow, deny }: Grants,
  account: string,
  permission: Permission,
  byPolicy?: "allowed" | "denied",
): Refusal | "allowed" {
  if (deny.some((grant) => covers(grant, permission))) return "denied";
  if (byPolicy === "denied") return "denied by policy";
  const isForeigner = isForeign(permission.resource, account);
  // In its own account a policy of the thing is enough; across accounts both sides have to allow.
  const isEnough = byPolicy === "allowed" && !isForeigner;
  if (!isEnough && !allow.some((grant) => covers(grant, permission))) return "not allowed";
  return isForeigner && byPolicy !== "allowed" ? "foreign" : "allowed";
}

const refusalOf = ({ arn }: Caller, { action, resource }: Permission, refusal: Refusal): string =>
  `User: ${arn} is not authorized to perform: ${action} on resource: "${resource}" ${refusals[refusal].reason(action)}`;

const inLowerCase = (grant: Grant): Grant => ({
  ...grant,
  actions: grant.actions.map((action) => action.toLowerCase()),
});

/** An ARN, the number of an account, the URL of a queue. */
const ofAccount = /^arn:|(^|\/)\d{12}(\/|$)/;

/**
 * Whether an input may name a thing of another account, at any depth. A list counts as one that does: looking may cost
 * more than asking.
 */
function namesAccount(input: object): boolean {
  for (const member in input) {
    const value = (input as Readonly<Record<string, unknown>>)[member];
    if (typeof value === "string") {
      if (ofAccount.test(value)) return true;
    } else if (typeof value === "object" && value !== null)
      if (Array.isArray(value) || (isStructure(value) && namesAccount(value))) return true;
  }
  return false;
}

/** Whether a value is a structure or a map, and no date, body or the like. */
function isStructure(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const deniedCode = ({ rest, query }: WireOperation["service"]): string =>
  rest?.protocol === "restXml" || query ? "AccessDenied" : "AccessDeniedException";

const refused = ({ service }: WireOperation, text: string): Fault =>
  new Fault(service.deniedCode ?? deniedCode(service), text, {
    status: 403,
  });

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
