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

/** Opens the store that the settings name. In a worker the file is read in place, and writes are handed on. */
export function openOnlineStore(of: {
  readonly settings: Settings;
  readonly path: string;
  readonly reserve?: DiskReserve;
  readonly isWorker?: boolean;
}): OpenOnlineStore {
  const { settings, path, reserve, isWorker = false } = of;
  if (settings.onlineStore !== "lmdb") {
    const onlineRecords = createRedisRecordStore({ url: settings.onlineStore });
    return { onlineRecords, onlineStore: createOnlineStore(onlineRecords) };
  }
  const onlineRecords = createLmdbRecordStore({ path, reserve, readOnly: isWorker });
  const onlineStore = createOnlineStore(onlineRecords);
  return { onlineRecords, onlineStore: isWorker ? { ...onlineStore, write: handOn } : onlineStore };
}

/** LMDB is written by the control process alone. */
const handOn = (): never => {
  throw new HandOn();
};
