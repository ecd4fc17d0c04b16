import { createReadStream } from "node:fs";
import { join } from "node:path";
import { featureFolder, type ProcessingFeatures } from "../../images/processing-plan.ts";
import { linesIn } from "../lines-in.ts";
import { ownFiles } from "../own-files.ts";
import { persistence } from "../requests/persistence.ts";
import { readText, sendRequest } from "../requests/send-request.ts";
import type { RequestKey } from "../requests/signed-headers.ts";

/** So many records are on their way at a time. */
const atOnce = 16;

/**
 * Writes the rows that a flow has left for feature groups, a record each, as the owner of the key; what a row has no value for
 * is left out. Writing them again changes nothing. Returns why that failed, for the first output that did.
 */
export async function writeFeatures(
  outputs: readonly ProcessingFeatures[],
  root: string,
  key: RequestKey | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  for (const { group, name } of outputs) {
    if (key === undefined)
      return `The output "${name}" writes records as the job's role, and a job with EnableNetworkIsolation has no key of it. Leave EnableNetworkIsolation out`;
    try {
      const count = await writeGroup(join(root, featureFolder(name)), group, key, signal);
      console.log(`Wrote ${count} records of the output ${name} to the feature group ${group}.`);
    } catch (error) {
      const { $metadata, message, name: code } = error as Error & { $metadata?: unknown };
      if ($metadata === undefined) throw error;
      return `Failed to write the output "${name}" to the feature group ${group}: ${code}: ${message}`;
    }
  }
  return undefined;
}

async function writeGroup(folder: string, group: string, key: RequestKey, signal: AbortSignal): Promise<number> {
  const persistently = persistence({ signal });
  let count = 0;
  const put = async (line: string): Promise<void> => {
    const row = JSON.parse(line) as Readonly<Record<string, string | number | null>>;
    const Record = Object.entries(row).flatMap(([FeatureName, ValueAsString]) =>
      ValueAsString === null ? [] : [{ FeatureName, ValueAsString: String(ValueAsString) }],
    );
    const headers = { "content-type": "application/json" };
    const request = { method: "PUT", path: `/FeatureGroup/${group}`, service: "sagemaker", headers, key } as const;
    await persistently(async () =>
      readText(await sendRequest({ ...request, body: JSON.stringify({ Record }) }, signal)),
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
