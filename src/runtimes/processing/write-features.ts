import { createReadStream } from "node:fs";
import { join } from "node:path";
import { featureFolder, type ProcessingFeatures } from "../../images/processing-plan.ts";
import { StepFault } from "../../prep/step-fault.ts";
import { listElements, type RecordValue } from "../ingest/feature-record.ts";
import { linesIn } from "../lines-in.ts";
import { ownFiles } from "../own-files.ts";
import { persistence } from "../requests/persistence.ts";
import { readText, sendRequest } from "../requests/send-request.ts";
import type { RequestKey } from "../requests/signed-headers.ts";

/** So many records are on their way at a time. */
const atOnce = 16;

/**
 * Writes the rows that a job has left for feature groups, a record each, as the owner of the key; what a row has no value for
 * is left out. Returns why that failed, for the first output that did.
 */
export async function writeFeatures(
  outputs: readonly ProcessingFeatures[],
  root: string,
  key: RequestKey | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const output of outputs) {
    const { folder, group, name } = output;
    if (key === undefined)
      return `The output "${name}" writes records as the job's role, and a job with EnableNetworkIsolation has no key of it. Leave EnableNetworkIsolation out`;
    try {
      // Few jobs need the engine.
      if (folder !== undefined) await (await import("./feature-rows.ts")).featureRows(name, folder, root, signal);
      const count = await writeGroup(join(root, featureFolder(name)), output, key, signal);
      console.log(`Wrote ${count} records of the output ${name} to the feature group ${group}.`);
    } catch (error) {
      const { $metadata, message, name: code } = error as Error & { $metadata?: unknown };
      const isOfRows = error instanceof StepFault || error instanceof SyntaxError;
      if ($metadata === undefined && !isOfRows) throw error;
      return `Failed to write the output "${name}" to the feature group ${group}: ${isOfRows ? "" : `${code}: `}${message}`;
    }
  }
  return undefined;
}

async function writeGroup(
  folder: string,
  { group, targetStores: TargetStores }: ProcessingFeatures,
  key: RequestKey,
  signal: AbortSignal,
): Promise<number> {
  const persistently = persistence({ signal });
  const features = await featuresOf(group, key, signal);
  let count = 0;
  const put = async (line: string): Promise<void> => {
    const row = JSON.parse(line) as Readonly<Record<string, string | number | null>>;
    const Record = Object.entries(row).flatMap(([column, value]): readonly RecordValue[] => {
      if (value === null) return [];
      const text = String(value);
      const { CollectionType, FeatureName = column } = features.get(column.toLowerCase()) ?? {};
      if (CollectionType) return [{ FeatureName, ValueAsStringList: listElements(FeatureName, text) }];
      return [{ FeatureName, ValueAsString: text }];
    });
    const headers = { "content-type": "application/json" };
    const request = { method: "PUT", path: `/FeatureGroup/${group}`, service: "sagemaker", headers, key } as const;
    await persistently(async () =>
      readText(await sendRequest({ ...request, body: JSON.stringify({ Record, TargetStores }) }, signal)),
    );
    count++;
  };
  for (const path of await ownFiles(folder)) {
    const next = linesIn(createReadStream(join(folder, path)));
    const work = async () => {
      for (let one = await next.next(); !one.done; one = await next.next()) await put(one.value);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }
  return count;
}

interface Feature {
  readonly FeatureName: string;
  /** A row has the values of a collection as a list of JSON. */
  readonly CollectionType?: string;
}

/** The features of a group by their names in lower case: they differ in more than case, and tables of the Data Catalog have them so. */
async function featuresOf(group: string, key: RequestKey, signal: AbortSignal): Promise<ReadonlyMap<string, Feature>> {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": "SageMaker.DescribeFeatureGroup" };
  const body = JSON.stringify({ FeatureGroupName: group });
  const request = { method: "POST", path: "/", service: "sagemaker", headers, key, body } as const;
  const answer = await persistence({ signal })(async () => readText(await sendRequest(request, signal)));
  const { FeatureDefinitions } = JSON.parse(answer) as { readonly FeatureDefinitions: readonly Feature[] };
  return new Map(FeatureDefinitions.map((one) => [one.FeatureName.toLowerCase(), one]));
}
