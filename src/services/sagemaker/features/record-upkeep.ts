import { defineUpkeep } from "../../../frame/define-upkeep.ts";
import { allDocuments } from "../../../stores/resources/port.ts";
import { featureGroup } from "./feature-group.ts";

/** Removes records whose time to live is over; until then they are there and not answered. */
export const recordExpiry = defineUpkeep({
  name: "record-expiry",
  everyMilliseconds: 10_000,
  async run({ onlineStore, clock }) {
    await onlineStore.expire(clock.now());
  },
});

/** Removes records that a write at the last moment has left of a group that is gone. */
export const recordSweep = defineUpkeep({
  name: "record-sweep",
  everyMilliseconds: 3_600_000,
  async run({ onlineStore, resources }, signal) {
    // Groups are read after their records, so one that is made in between is not among them.
    const left = new Set(await onlineStore.groups());
    for await (const { id } of allDocuments(resources, featureGroup.name, {})) left.delete(id);
    for (const id of left) {
      signal.throwIfAborted();
      await onlineStore.drop(id);
    }
  },
});
