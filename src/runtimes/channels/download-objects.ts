import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { PlannedObjects } from "../../images/objects-plan.ts";
import type { PlannedChannel } from "../../images/training-plan.ts";
import type { ObjectClient } from "../object-client.ts";
import { asChannelFault } from "./channel-fault.ts";
import { channelObjects, checkedPath, placeOf } from "./channel-objects.ts";
import { copyLent } from "./lent-objects.ts";

/** How many objects are downloaded at the same time. */
const downloadsAtOnce = 4;

export const channelTitle = ({ name }: PlannedChannel): string => `channel "${name}"`;

/**
 * Brings objects to `folder`, each to the path that follows from its key: copies of what the server lends, else
 * downloads. After a fault no further object is begun.
 *
 * @param title what the objects are for, in the words of a fault
 */
export async function downloadObjects(
  wanted: PlannedObjects,
  title: string,
  folder: string,
  objects: ObjectClient,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (await copyLent(wanted, title, folder, objects)) return;
  const waiting = channelObjects(wanted, title, objects);
  const fetchOn = async () => {
    for (let next = await waiting.next(); !next.done; next = await waiting.next()) {
      const { bucket, key } = next.value;
      try {
        await objects.download(bucket, key, join(folder, checkedPath(title, next.value)));
      } catch (error) {
        void waiting.return(undefined);
        throw asChannelFault(title, placeOf(next.value), error);
      }
    }
  };
  await Promise.all(Array.from({ length: downloadsAtOnce }, fetchOn));
}
