import { defineOperations } from "../../../frame/define-operations.ts";

/** Everyone may ask who they are. */
const permissions = { GetCallerIdentity: () => [] };

/** The caller is identified by the signature; see aws/caller.ts. */
export const callerIdentity = defineOperations("sts", permissions, {
  async GetCallerIdentity(_input, { caller }) {
    return { Account: caller.account, Arn: caller.arn, UserId: caller.userId };
  },
});
