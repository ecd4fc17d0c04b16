import { randomUUID } from "node:crypto";
import type { ObjectClient } from "../object-client.ts";

/** Lists in S3 which objects a job has read, and which it has written. */
export interface CaptureManifests {
  add(input: Place, output: Place): Promise<void>;
  /** Writes the lists of what was added since the last ones. */
  write(): Promise<void>;
}

interface Place {
  readonly bucket: string;
  readonly key: string;
}

/** A list has at most so many objects. */
const mostObjects = 1_000;

/** @param prefix "" or a text that ends with a slash */
export function createCaptureManifests(
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  objects: ObjectClient,
): CaptureManifests {
  let inputs: Place[] = [];
  let outputs: Place[] = [];

  async function writeOne(folder: "input" | "output", hour: string, places: readonly Place[]): Promise<void> {
    for (const [of, keys] of Map.groupBy(places, (place) => place.bucket)) {
      const writer = objects.write(bucket, `${prefix}${folder}/${hour}/${randomUUID()}.json`);
      await writer.write(Buffer.from(JSON.stringify([{ prefix: `s3://${of}/` }, ...keys.map(({ key }) => key)])));
      await writer.end();
    }
  }

  const manifests: CaptureManifests = {
    async add(input, output) {
      inputs.push(input);
      outputs.push(output);
      if (inputs.length === mostObjects) await manifests.write();
    },
    async write() {
      const [read, written] = [inputs, outputs];
      inputs = [];
      outputs = [];
      const hour = new Date().toISOString().slice(0, 13).replace(/[-T]/g, "/");
      await writeOne("input", hour, read);
      await writeOne("output", hour, written);
    },
  };
  return manifests;
}
