import type { Caller } from "../../aws/caller.ts";
import { run, runKey } from "../../frame/run.ts";
import { runAccessKey, runKeyPrefix } from "../../runs/run-key.ts";
import type { ResourceStore } from "../../stores/resources/port.ts";
import type { KeySource } from "./key-source.ts";

/** Makes the source of the keys of runs; each key is valid as long as the run's document is "Active". */
export function createRunKeys(options: {
  readonly account: string;
  readonly runSecret: string;
  readonly resources: ResourceStore;
}): KeySource {
  const { account, runSecret, resources } = options;
  return {
    async find(accessKeyId, region) {
      if (!accessKeyId.startsWith(runKeyPrefix)) return undefined;
      const runId = accessKeyId.slice(runKeyPrefix.length);
      const key = runKey({ account, region }, runId);
      const document =
        (await resources.get(key)) ??
        // A run may call other regions than its own, where its document is not.
        (await resources.list(key.kind, { account, namePrefix: runId, limit: 1 })).documents.find(
          (found) => found.key.name === runId,
        );
      if (document?.status !== "Active") return undefined;
      const caller: Caller = {
        kind: "run",
        account,
        arn: `arn:aws:sts::${account}:assumed-role/SagebrushRun/${runId}`,
        userId: `AROASAGEBRUSHRUN00000:${runId}`,
        accessKeyId,
        runId,
        grants: run.read(document).wanted.grants,
      };
      return { secret: runAccessKey(runSecret, runId).secret, caller };
    },
  };
}
