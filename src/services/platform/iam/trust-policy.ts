import { Fault } from "../../../aws/faults.ts";

/** Who may assume a role that SageMaker uses. */
export const sagemakerTrust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "sagemaker.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isText = (value: unknown) =>
  (typeof value === "string" && value !== "") ||
  (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string"));

const malformed = (message: string) => new Fault("MalformedPolicyDocument", message);

/** Reads a trust policy (IAM user guide, "Grammar of the IAM JSON policy language") and refuses what IAM refuses. */
export function checkTrustPolicy(text: string): void {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch (error) {
    throw malformed(`This policy contains invalid Json: ${(error as Error).message}`);
  }
  if (!isObject(policy)) throw malformed("Syntax errors in policy: it must be a JSON object.");
  if (policy.Version !== undefined && policy.Version !== "2012-10-17" && policy.Version !== "2008-10-17")
    throw malformed(
      `The policy must contain a valid version string, 2012-10-17 or 2008-10-17; it is ${JSON.stringify(policy.Version)}.`,
    );
  const statements = Array.isArray(policy.Statement) ? policy.Statement : [policy.Statement];
  if (policy.Statement === undefined || statements.length === 0)
    throw malformed("Syntax errors in policy: it has no Statement.");
  for (const statement of statements) checkStatement(statement);
}

function checkStatement(statement: unknown): void {
  if (!isObject(statement)) throw malformed("Syntax errors in policy: a Statement must be a JSON object.");
  const { Effect, Principal, NotPrincipal, Action, NotAction } = statement;
  if (Effect !== "Allow" && Effect !== "Deny")
    throw malformed(`Invalid effect: ${JSON.stringify(Effect) ?? "none"}. It must be Allow or Deny.`);
  if (statement.Resource !== undefined || statement.NotResource !== undefined)
    throw malformed("Has prohibited field Resource");
  const who = Principal ?? NotPrincipal;
  if (who === undefined) throw malformed("Missing required field Principal");
  if (who !== "*" && !(isObject(who) && Object.keys(who).length > 0 && Object.values(who).every(isText)))
    throw malformed(`Invalid principal in policy: ${JSON.stringify(who)}`);
  const what = Action ?? NotAction;
  if (what === undefined) throw malformed("Missing required field Action");
  if (!isText(what)) throw malformed(`Invalid action in policy: ${JSON.stringify(what)}`);
  for (const action of Array.isArray(what) ? what : [what])
    if (!/^(sts:.+|\*)$/i.test(action))
      throw malformed(`AssumeRole policy may only specify STS AssumeRole actions; it specifies ${action}.`);
}
