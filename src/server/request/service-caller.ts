import type { Caller, Grant } from "../../aws/caller.ts";
import { serviceGrants } from "./service-grants.ts";

/** Returns the service itself as a caller, acting in an account. */
export const serviceCaller = (account: string, more: readonly Grant[] = []): Caller => ({
  kind: "service",
  account,
  arn: `arn:aws:sts::${account}:assumed-role/AWSServiceRoleForSageMaker/sagebrush`,
  userId: "AROASAGEBRUSHSERVICE0:sagebrush",
  accessKeyId: "",
  ...(more.length > 0 && { grants: [...serviceGrants, ...more] }),
});

/** Returns the caller for anyone who uses a front: the service, with these grants alone. */
export const frontCaller = (account: string, front: string, grants: readonly Grant[]): Caller => ({
  kind: "service",
  account,
  arn: `arn:aws:sts::${account}:assumed-role/SagebrushFront/${front}`,
  userId: `AROASAGEBRUSHFRONT000:${front}`,
  accessKeyId: "",
  grants,
});
