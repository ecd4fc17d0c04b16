import type { RecordChange } from "../stores/records/port.ts";
import type { OnlineOutcome, OnlineRecord, OnlineState, OnlineWrite } from "./online-write.ts";

export const spaces = {
  record: (group: string) => `online/${group}`,
  expiry: (group: string) => `expiry/${group}`,
  offline: (group: string) => `offline/${group}`,
};
/** The space of counters: the position of each group's next journal entry. */
export const counters = "offline-next";
/** The space of sizes: how many bytes the records of each group have. */
export const sizes = "online-bytes";
export const positionKey = (position: number): string => String(position).padStart(16, "0");
const expiryKey = (expires: number, identifier: string): string =>
  `${String(Math.floor(expires)).padStart(16, "0")}/${identifier}`;

/** A record as it is kept: event time, expiry, then the features after a line's end. */
const kept = ({ eventTime, expires, features }: OnlineState): string =>
  `${eventTime} ${expires ?? ""}\n${features ?? ""}`;

export function readState(text: string): OnlineState {
  const end = text.indexOf("\n");
  const space = text.indexOf(" ");
  return {
    eventTime: Number(text.slice(0, space)),
    expires: space + 1 < end ? Number(text.slice(space + 1, end)) : undefined,
    features: end + 1 < text.length ? text.slice(end + 1) : undefined,
  };
}

const [lineEnd, blank] = [10, 32];

/** Reads a record's expiry and leaves its features as bytes. */
export function readRecord(bytes: Uint8Array): OnlineRecord {
  const end = bytes.indexOf(lineEnd);
  const space = bytes.indexOf(blank);
  let expires: number | undefined;
  if (space + 1 < end) expires = Number(String.fromCharCode(...bytes.subarray(space + 1, end)));
  return { expires, features: bytes.subarray(end + 1) };
}

export const isOver = ({ expires }: Pick<OnlineState, "expires">, now: number): boolean =>
  expires !== undefined && expires <= now;

/** What is there of the records and the counters that writes concern, by their names. */
export interface Present {
  readonly records: Map<string, string | undefined>;
  readonly counters: Map<string, string | undefined>;
  /** The sizes of the groups whose bytes are counted; undefined for one that has no record yet. */
  readonly sizes: ReadonlyMap<string, string | undefined>;
}

/** The change of a group's size by so many bytes. */
const sizeChange = (group: string, old: string | undefined, bytes: number): RecordChange => ({
  ...{ space: sizes, key: group, value: String(Number(old ?? 0) + bytes) },
  expected: old === undefined ? "absent" : { is: old },
});

/** What a record takes of its group's size; nothing where there is none. */
const sizeOf = (identifier: string, value: string | undefined): number =>
  value === undefined ? 0 : Buffer.byteLength(identifier) + Buffer.byteLength(value);

/** Applies writes one after the other to what was there, and returns the changes that they come to. */
export function createBatch(before: Present) {
  const after = { records: new Map(before.records), counters: new Map(before.counters) };
  const changed = new Map<string, { readonly group: string; readonly identifier: string }>();
  const entries: RecordChange[] = [];

  function journal(group: string, data: string): void {
    const position = Number(after.counters.get(group) ?? 0);
    after.counters.set(group, String(position + 1));
    entries.push({ space: spaces.offline(group), key: positionKey(position), value: data });
  }

  return {
    apply(write: OnlineWrite): OnlineOutcome {
      const { group, identifier, eventTime, online, offline, now } = write;
      if (online === undefined) {
        if (offline !== undefined) journal(group, offline as string);
        return "written";
      }
      const name = `${group}/${identifier}`;
      const text = after.records.get(name);
      const found = text === undefined ? undefined : readState(text);
      const present = found && !isOver(found, now) ? found : undefined;
      const next = typeof online === "function" ? online(present) : online;
      const isLater = typeof online === "function" || present === undefined || eventTime > present.eventTime;
      if (!isLater && write.mustBeLater) return "refused";
      if (offline !== undefined) journal(group, typeof offline === "function" ? offline(next as OnlineState) : offline);
      if (!isLater) return "kept out";
      const isGone = next === "removed" || isOver(next, now);
      after.records.set(name, isGone ? undefined : kept(next));
      changed.set(name, { group, identifier });
      return "written";
    },

    /** The groups to whose journals something came. */
    journaled: (): readonly string[] =>
      [...after.counters.keys()].filter((group) => after.counters.get(group) !== before.counters.get(group)),

    changes(): RecordChange[] {
      const changes = [...entries];
      const grown = new Map<string, number>();
      for (const [name, { group, identifier }] of changed) {
        const [old, value] = [before.records.get(name), after.records.get(name)];
        const expected = old === undefined ? ("absent" as const) : { is: old };
        changes.push({ space: spaces.record(group), key: identifier, value, expected });
        if (before.sizes.has(group))
          grown.set(group, (grown.get(group) ?? 0) + sizeOf(identifier, value) - sizeOf(identifier, old));
        const [was, is] = [old, value].map((text) => text && readState(text).expires);
        if (was === is) continue;
        if (typeof was === "number") changes.push({ space: spaces.expiry(group), key: expiryKey(was, identifier) });
        if (typeof is === "number")
          changes.push({ space: spaces.expiry(group), key: expiryKey(is, identifier), value: "" });
      }
      for (const [group, bytes] of grown)
        if (bytes !== 0) changes.push(sizeChange(group, before.sizes.get(group), bytes));
      for (const [key, value] of after.counters) {
        const old = before.counters.get(key);
        if (old !== value)
          changes.push({ space: counters, key, value, expected: old === undefined ? "absent" : { is: old } });
      }
      return changes;
    },
  };
}
