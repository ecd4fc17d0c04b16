import { parseArn } from "./arn.ts";

/** What the ARN of a role says of it. */
export interface RoleArn {
  readonly partition: string;
  readonly account: string;
  /** Without the path. */
  readonly name: string;
}

/** Splits the ARN of a role, with or without the slash after "role"; returns undefined for any other text. */
export function parseRoleArn(text: string): RoleArn | undefined {
  const arn = parseArn(text);
  const name =
    arn?.service === "iam" && arn.region === "" ? /^role\/?(?:.*\/)?([^/]+)$/.exec(arn.resource)?.[1] : undefined;
  return name === undefined ? undefined : { partition: arn!.partition, account: arn!.account, name };
}
