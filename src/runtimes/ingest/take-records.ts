import type { IngestPlan } from "../../base/ingest-plan.ts";
import { persistence } from "../requests/persistence.ts";
import { readText, sendRequest } from "../requests/send-request.ts";
import { featureRecord } from "./feature-record.ts";
import type { StreamRecord } from "./stream-batch.ts";

/** So many requests are under way at a time. The group orders records by their event times. */
const requestsAtOnce = 16;

/** Puts records into the group, and those that it refuses to the dead letters. */
export async function takeRecords(
  plan: IngestPlan,
  place: string,
  records: readonly StreamRecord[],
  signal: AbortSignal,
): Promise<void> {
  const persistently = persistence({ signal });
  const waiting = [...records];
  const taker = async () => {
    for (let record = waiting.shift(); record !== undefined; record = waiting.shift()) {
      const refusal = await put(plan.group, record, persistently);
      if (refusal !== undefined) await bury(plan.deadLetter, place, record, refusal, persistently);
    }
  };
  await Promise.all(Array.from({ length: requestsAtOnce }, taker));
}

/** Returns why a record is refused; undefined when it is in the group. @throws for what is not the record's fault */
async function put(
  group: string,
  { body }: StreamRecord,
  persistently: ReturnType<typeof persistence>,
): Promise<string | undefined> {
  try {
    const Record = featureRecord(body.toString("utf8"));
    await persistently(async () =>
      readText(
        await sendRequest({
          ...{ method: "PUT", path: `/FeatureGroup/${group}`, service: "sagemaker" },
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ Record }),
        }),
      ),
    );
    return undefined;
  } catch (error) {
    const { name, message } = error as Error;
    if (name === "SyntaxError" || name === "ValidationError") return message;
    throw error;
  }
}

async function bury(
  deadLetter: string,
  place: string,
  { body, key, position }: StreamRecord,
  reason: string,
  persistently: ReturnType<typeof persistence>,
): Promise<void> {
  const letter = JSON.stringify({ place, position, key, reason, record: body.toString("base64") });
  const path = `/${deadLetter.replace(/^s3:\/\//, "").replace(/\/+$/, "")}/${place}/${position}.json`;
  await persistently(async () =>
    readText(
      await sendRequest({
        ...{ method: "PUT", path, service: "s3", body: letter },
        headers: { "content-type": "application/json" },
      }),
    ),
  );
}
