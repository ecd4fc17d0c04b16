import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkpointState, type IngestPlan, ingestPlanFile } from "../../base/ingest-plan.ts";
import { keepTellingAlive, tell } from "../events.ts";
import { mlRoot } from "../ml-root.ts";
import { abortedBySigterm } from "../run-program.ts";
import { takeRecords } from "./take-records.ts";

/**
 * Takes the records of a stream into a feature group: `node stage-ingest.ts`. States told: InService; Checkpoint with how
 * far each shard or partition has come, after all records before are in the group or with the dead letters.
 */
async function stageIngest(): Promise<number> {
  keepTellingAlive();
  const stopping = abortedBySigterm();
  const plan = JSON.parse(readFileSync(join(mlRoot, ingestPlanFile), "utf8")) as IngestPlan;
  const { source } = plan;
  const batches =
    source.kind === "kinesis"
      ? (await import("./read-kinesis.ts")).readKinesis(source.streamArn, plan.checkpoint, stopping.signal)
      : (await import("./read-kafka.ts")).readKafka(source, plan.checkpoint, stopping.signal);
  tell("InService");
  try {
    for await (const { records, place, position } of batches) {
      await takeRecords(plan, place, records, stopping.signal);
      tell(checkpointState, { [place]: position });
    }
  } catch (error) {
    if (stopping.signal.aborted) return 0;
    tell("Failed", { reason: (error as Error).message });
    console.error(error);
    return 1;
  }
  return 0;
}

process.exitCode = await stageIngest();
