import type { Fault } from "./faults.ts";

/** A statement of a policy (IAM user guide, "Grammar of the IAM JSON policy language"), once it is checked. */
export interface PolicyStatement {
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: Principals;
  readonly NotPrincipal?: Principals;
  readonly Action?: Texts;
  readonly NotAction?: Texts;
  readonly Resource?: Texts;
  readonly NotResource?: Texts;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Texts>>>>;
}
export type Texts = string | readonly string[];
export type Principals = "*" | Readonly<Record<string, Texts>>;

export const listOf = (texts: Texts): readonly string[] => (typeof texts === "string" ? [texts] : texts);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isTexts = (value: unknown): value is Texts =>
  (typeof value === "string" && value !== "") ||
  (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string"));

/** Reads the statements of a policy that is about who may act. @throws what `malformed` makes of what is wrong */
export function readPolicy(text: string, malformed: (message: string) => Fault): readonly PolicyStatement[] {
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
  for (const statement of statements) checkStatement(statement, malformed);
  return statements;
}

function checkStatement(statement: unknown, malformed: (message: string) => Fault): void {
  if (!isObject(statement)) throw malformed("Syntax errors in policy: a Statement must be a JSON object.");
  const { Effect, Principal, NotPrincipal, Action, NotAction } = statement;
  if (Effect !== "Allow" && Effect !== "Deny")
    throw malformed(`Invalid effect: ${JSON.stringify(Effect) ?? "none"}. It must be Allow or Deny.`);
  const who = Principal ?? NotPrincipal;
  if (who === undefined) throw malformed("Missing required field Principal");
  if (who !== "*" && !(isObject(who) && Object.keys(who).length > 0 && Object.values(who).every(isTexts)))
    throw malformed(`Invalid principal in policy: ${JSON.stringify(who)}`);
  const what = Action ?? NotAction;
  if (what === undefined) throw malformed("Missing required field Action");
  if (!isTexts(what)) throw malformed(`Invalid action in policy: ${JSON.stringify(what)}`);
}
