import type { Caller } from "./caller.ts";
import type { Fault } from "./faults.ts";
import { matchesGlob } from "./matches-glob.ts";
import { isTexts, listOf, type PolicyStatement, type Principals, readPolicy } from "./policy-document.ts";

/** A policy of what is guarded, not of who calls: it may allow or deny what the caller's own rights do not. */
export interface ResourcePolicy {
  readonly statements: readonly PolicyStatement[];
  /** Actions that it denies no administrator, so that a policy that denies everything can be taken back. */
  readonly spared?: readonly string[];
}

type Asked = { readonly action: string; readonly resource: string };
type Keys = Readonly<Record<string, string>>;

/** What a caller is in conditions. */
function keysOf({ account, arn, source, userId }: Caller): Keys {
  const role = roleOf(arn);
  return {
    "aws:principalarn": role === undefined ? arn : `arn:aws:iam::${account}:role/${role}`,
    "aws:principalaccount": account,
    "aws:userid": userId,
    "aws:sourceowner": source?.account ?? account,
    ...(source && { "aws:sourcearn": source.arn, "aws:sourceaccount": source.account }),
  };
}

type Test = (value: string, pattern: string) => boolean;
const same: Test = (value, pattern) => value === pattern;
const alike: Test = (value, pattern) => matchesGlob(pattern, value);
const sameInAnyCase: Test = (value, pattern) => value.toLowerCase() === pattern.toLowerCase();

/** The operators of conditions; each has its opposite, with `Not` before its last word. */
const operators: Readonly<Record<string, { readonly passes: Test; readonly negated: boolean }>> = {
  StringEquals: { passes: same, negated: false },
  StringNotEquals: { passes: same, negated: true },
  StringEqualsIgnoreCase: { passes: sameInAnyCase, negated: false },
  StringNotEqualsIgnoreCase: { passes: sameInAnyCase, negated: true },
  StringLike: { passes: alike, negated: false },
  StringNotLike: { passes: alike, negated: true },
  ArnEquals: { passes: alike, negated: false },
  ArnNotEquals: { passes: alike, negated: true },
  ArnLike: { passes: alike, negated: false },
  ArnNotLike: { passes: alike, negated: true },
};
const conditionKeys = [
  "aws:PrincipalArn",
  "aws:PrincipalAccount",
  "aws:userid",
  "aws:SourceArn",
  "aws:SourceAccount",
  "aws:SourceOwner",
];

/**
 * Reads a policy of a service's resources, and refuses what is not evaluated, by its name.
 * @param prefix of the service's actions: "glue"
 * @param notBuilt makes the refusal of a condition: `what`, and what to write instead
 */
export function readResourcePolicy(
  text: string,
  prefix: string,
  malformed: (message: string) => Fault,
  notBuilt: (what: string, instead: string) => Fault,
): ResourcePolicy {
  const statements = readPolicy(text, malformed);
  for (const { Action, Condition = {}, NotAction, NotResource, Principal, NotPrincipal, Resource } of statements) {
    for (const action of listOf((Action ?? NotAction)!))
      if (action !== "*" && !action.toLowerCase().startsWith(`${prefix}:`))
        throw malformed(`Invalid action in policy: ${action}. The actions of this policy begin with ${prefix}:.`);
    const resources = Resource ?? NotResource;
    if (!isTexts(resources)) throw malformed("Missing required field Resource");
    for (const resource of listOf(resources))
      if (resource !== "*" && !resource.startsWith(`arn:aws:${prefix}:`))
        throw malformed(`Invalid resource in policy: ${resource}. Name ARNs that begin with arn:aws:${prefix}:.`);
    checkPrincipals((Principal ?? NotPrincipal)!, malformed);
    for (const [operator, tests] of Object.entries(Condition)) {
      if (!operators[operator.replace(/IfExists$/, "")])
        throw notBuilt(`The condition operator ${operator}`, `use one of ${Object.keys(operators).join(", ")}`);
      if (typeof tests !== "object" || tests === null)
        throw malformed(`Invalid condition in policy: ${JSON.stringify(tests)}`);
      for (const [key, values] of Object.entries(tests)) {
        if (!conditionKeys.some((known) => sameInAnyCase(known, key)))
          throw notBuilt(`The condition key ${key}`, `use one of ${conditionKeys.join(", ")}`);
        if (!isTexts(values)) throw malformed(`Invalid condition in policy: ${JSON.stringify(values)}`);
      }
    }
  }
  return { statements };
}

function checkPrincipals(principals: Principals, malformed: (message: string) => Fault): void {
  if (principals === "*") return;
  for (const [type, names] of Object.entries(principals)) {
    if (!["AWS", "Service", "Federated", "CanonicalUser"].includes(type))
      throw malformed(`Invalid principal in policy: "${type}"; it must be AWS or Service`);
    if (type === "AWS")
      for (const name of listOf(names))
        if (!/^(\*|\d{12}|arn:aws:(iam|sts)::\d{12}:.+)$/.test(name))
          throw malformed(`Invalid principal in policy: "AWS":"${name}"`);
  }
}

/** Whether an ARN names another account than a caller's. */
export function isForeign(resource: string, account: string): boolean {
  const owner = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(resource)?.[1];
  return owner !== undefined && owner !== account;
}

/**
 * Says what a policy decides of a caller; undefined where it says nothing. It allows only what names a role or a session,
 * or everybody: one that names the account leaves it to the rights that the account gives. For a thing of another account
 * it allows what names the account too, since these rights are asked besides.
 */
export function policyVerdict(
  { spared = [], statements }: ResourcePolicy,
  caller: Caller,
  asked: Asked,
): "allowed" | "denied" | undefined {
  const keys = keysOf(caller);
  const applies = (statement: PolicyStatement) => isAbout(statement, asked) && meets(statement, keys);
  const isSpared = caller.kind === "administrator" && spared.includes(asked.action);
  if (!isSpared && statements.some((one) => one.Effect === "Deny" && isOf(one, caller, true) && applies(one)))
    return "denied";
  // The grants of runs and of the service are all that these may do.
  const isOther = isForeign(asked.resource, caller.account);
  const mayGain = caller.kind === "role" || caller.source !== undefined || (isOther && caller.kind === "administrator");
  const allows = (one: PolicyStatement) => one.Effect === "Allow" && isOf(one, caller, isOther) && applies(one);
  return mayGain && statements.some(allows) ? "allowed" : undefined;
}

function isOf({ NotPrincipal, Principal }: PolicyStatement, caller: Caller, byAccount: boolean): boolean {
  if (Principal !== undefined) return includes(Principal, caller, byAccount);
  return NotPrincipal !== undefined && !includes(NotPrincipal, caller, true);
}

function includes(principals: Principals, { account, arn, source }: Caller, byAccount: boolean): boolean {
  if (principals === "*") return true;
  if (source)
    return listOf(principals.Service ?? []).includes(source.service) || listOf(principals.AWS ?? []).includes("*");
  const role = roleOf(arn);
  return listOf(principals.AWS ?? []).some((name) => {
    if (name === "*" || name === arn) return true;
    if (name === account || name === `arn:aws:iam::${account}:root`) return byAccount;
    const named = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(name);
    return named !== null && named[1] === account && named[2] === role;
  });
}

function isAbout({ Action, NotAction, NotResource, Resource }: PolicyStatement, { action, resource }: Asked): boolean {
  const acts = (patterns: PolicyStatement["Action"]) =>
    listOf(patterns!).some((pattern) => matchesGlob(pattern.toLowerCase(), action.toLowerCase()));
  const names = (patterns: PolicyStatement["Resource"]) =>
    listOf(patterns!).some((pattern) => matchesGlob(pattern, resource));
  return (Action ? acts(Action) : !acts(NotAction)) && (Resource ? names(Resource) : !names(NotResource));
}

const meets = ({ Condition = {} }: PolicyStatement, keys: Keys): boolean =>
  Object.entries(Condition).every(([name, tests]) => {
    const { negated, passes } = operators[name.replace(/IfExists$/, "")]!;
    return Object.entries(tests).every(([key, values]) => {
      const value = keys[key.toLowerCase()];
      // A key that the request has not: nothing is the same as it.
      if (value === undefined) return negated || name.endsWith("IfExists");
      return listOf(values).some((pattern) => passes(value, pattern)) !== negated;
    });
  });

/** The name of the role of a session. */
const roleOf = (arn: string): string | undefined => /:assumed-role\/([^/]+)\//.exec(arn)?.[1];
