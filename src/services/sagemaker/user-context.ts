import type { Context } from "../../frame/context.ts";

/** Who made or changed something, as AWS shows it. */
export interface UserContext {
  readonly IamIdentity: { readonly Arn: string; readonly PrincipalId: string };
}

export const userContext = ({ caller }: Context): UserContext => ({
  IamIdentity: { Arn: caller.arn, PrincipalId: caller.userId },
});
