import { defineOperations } from "../../../frame/define-operations.ts";

/** Who a caller is was decided when the signature was checked; see aws/caller.ts. */
export const callerIdentity = defineOperations("sts", {
  async GetCallerIdentity(_input, { caller }) {
    return { Account: caller.account, Arn: caller.arn, UserId: caller.userId };
  },
});
