import type { Caller } from "../../aws/caller.ts";
import { Fault } from "../../aws/faults.ts";
import { type RunDocument, run, runKey } from "../../frame/run.ts";
import { roleKeyPrefix, runAccessKey, runKeyPrefix } from "../../runs/run-key.ts";
import type { ResourceStore } from "../../stores/resources/port.ts";
import { assumedRole } from "./assumed-role.ts";
import type { KeySource } from "./key-source.ts";

/**
 * Makes the source of the keys of runs: that of the run itself, which may do what the run's grants allow, and that of
 * its job's role, which the job's own code has. Both are valid as long as the run's document is "Active".
 */
export function createRunKeys(options: {
  readonly account: string;
  readonly runSecret: string;
  readonly resources: ResourceStore;
  /** The setting `roles`. */
  readonly roles: "any" | "known";
}): KeySource {
  const { account, runSecret, resources, roles } = options;

  async function activeRun(runId: string, region: string): Promise<RunDocument | undefined> {
    const key = runKey({ account, region }, runId);
    const document =
      (await resources.get(key)) ??
      // A run may call other regions than its own, where its document is not.
      (await resources.list(key.kind, { account, namePrefix: runId, limit: 1 })).documents.find(
        (found) => found.key.name === runId,
      );
    return document?.status === "Active" ? run.read(document) : undefined;
  }

  const callerOf: Readonly<
    Record<string, (found: RunDocument, accessKeyId: string, runId: string) => Caller | undefined>
  > = {
    [runKeyPrefix]: ({ wanted }, accessKeyId, runId) => ({
      kind: "run",
      account,
      arn: `arn:aws:sts::${account}:assumed-role/SagebrushRun/${runId}`,
      userId: `AROASAGEBRUSHRUN00000:${runId}`,
      accessKeyId,
      runId,
      grants: wanted.grants,
    }),
    [roleKeyPrefix]({ wanted }, accessKeyId, runId) {
      if (wanted.role === undefined) return undefined;
      const arn = `arn:aws:sts::${account}:assumed-role/SagebrushRun/${runId}`;
      try {
        const service: Caller = { kind: "service", account, arn, userId: runId, accessKeyId: "" };
        return { ...assumedRole(service, wanted.role, roles), accessKeyId };
      } catch (error) {
        if (error instanceof Fault) return undefined;
        throw error;
      }
    },
  };

  return {
    async find(accessKeyId, region) {
      const prefix = accessKeyId.slice(0, runKeyPrefix.length);
      const asCaller = callerOf[prefix];
      if (asCaller === undefined) return undefined;
      const runId = accessKeyId.slice(prefix.length);
      const found = await activeRun(runId, region);
      const caller = found && asCaller(found, accessKeyId, runId);
      if (caller === undefined) return undefined;
      return { secret: runAccessKey(runSecret, runId, prefix as typeof runKeyPrefix).secret, caller };
    },
  };
}
