import { defineOperations } from "../../../frame/define-operations.ts";

/** Everyone may ask who they are. */
const permissions = { GetCallerIdentity: () => [] };

/** Who a caller is was decided when the signature was checked; see aws/caller.ts. */
export const callerIdentity = defineOperations("sts", permissions, {
  async GetCallerIdentity(_input, { caller }) {
    return { Account: caller.account, Arn: caller.arn, UserId: caller.userId };
  },
});
