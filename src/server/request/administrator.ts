import { userInfo } from "node:os";
import type { Caller } from "../../aws/caller.ts";
import type { AccessKey } from "../home/keys.ts";
import type { KeySource } from "./key-source.ts";

/**
 * Returns whom the administrator's key belongs to, as GetCallerIdentity shows it. As a `role`, the SageMaker SDK's
 * `get_execution_role()` finds a role that it can give to jobs; as `root`, it is the account itself.
 */
export function administratorCaller(account: string, accessKeyId: string, as: "role" | "root"): Caller {
  const identity =
    as === "root"
      ? { arn: `arn:aws:iam::${account}:root`, userId: account }
      : {
          arn: `arn:aws:sts::${account}:assumed-role/SageMakerRole/${sessionName()}`,
          userId: `AROASAGEMAKERROLE0000:${sessionName()}`,
        };
  return { kind: "administrator", account, accessKeyId, ...identity };
}

/** Makes the source of the administrator's key, which is in the home. */
export const createAdministratorKeys = ({ accessKeyId, secret }: AccessKey, caller: Caller): KeySource => ({
  find: async (id) => (id === accessKeyId ? { secret, caller } : undefined),
});

/** Returns the user of this machine, in the characters that a role session's name may have. */
function sessionName(): string {
  try {
    const name = userInfo()
      .username.replace(/[^\w+=,.@-]/g, "-")
      .slice(0, 64);
    return name.length >= 2 ? name : "administrator";
  } catch {
    // The user id has no entry in the system's list of users, as in many containers.
    return "administrator";
  }
}
