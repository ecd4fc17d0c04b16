import { createHash } from "node:crypto";
import { HandOn } from "../../frame/hand-on.ts";
import { createOnlineStore, type OnlineStore } from "../../frame/online-store.ts";
import type { DiskReserve } from "../../stores/disk-reserve.ts";
import { createLmdbRecordStore } from "../../stores/records/lmdb.ts";
import type { RecordStore } from "../../stores/records/port.ts";
import { createRedisRecordStore } from "../../stores/records/redis.ts";
import type { Settings } from "../settings/settings.ts";

interface OpenOnlineStore {
  readonly onlineRecords: RecordStore;
  readonly onlineStore: OnlineStore;
}

/**
 * Homes may use one Redis, and each sees, sweeps and clears its own records alone: their groups are in its own documents. Nothing
 * else of a home stays as it is and is no other's, so its run secret names it.
 */
const redisPrefix = (runSecret: string): string =>
  `{sagebrush-${createHash("sha256").update(`online records of ${runSecret}`).digest("hex").slice(0, 16)}}:`;

/** Opens the store that the settings name. In a worker the file is read in place, and the control process writes it. */
export function openOnlineStore(of: {
  readonly settings: Settings;
  readonly path: string;
  /** Of the home. */
  readonly runSecret: string;
  readonly reserve?: DiskReserve;
  /** In a worker: has the control process write. */
  readonly writeRecord?: OnlineStore["write"];
  /** In a worker: tells the control process that this one has written to the journal of a group. */
  readonly offlineWritten?: (group: string) => void;
}): OpenOnlineStore {
  const { settings, path, runSecret, reserve, writeRecord, offlineWritten } = of;
  if (settings.onlineStore !== "lmdb") {
    const onlineRecords = createRedisRecordStore({ url: settings.onlineStore, prefix: redisPrefix(runSecret) });
    return {
      onlineRecords,
      onlineStore: createOnlineStore(onlineRecords, { tellOthers: offlineWritten, isShared: true }),
    };
  }
  const onlineRecords = createLmdbRecordStore({ path, reserve, readOnly: writeRecord !== undefined });
  const onlineStore = createOnlineStore(onlineRecords);
  if (!writeRecord) return { onlineRecords, onlineStore };
  // What becomes of a record by a function is decided where it is written.
  const write: OnlineStore["write"] = (write) => {
    if (typeof write.online === "function" || typeof write.offline === "function") throw new HandOn();
    return writeRecord(write);
  };
  return { onlineRecords, onlineStore: { ...onlineStore, write } };
}
