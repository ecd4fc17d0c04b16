import type { FeatureValue } from "./feature-value.ts";

/** One thing that happens to a group, as a client asks for it. */
export type Happening =
  | {
      readonly what: "put";
      readonly id: string;
      readonly time: number;
      readonly values: Readonly<Record<string, string>>;
      readonly seconds?: number | undefined;
      readonly stores?: readonly ("OnlineStore" | "OfflineStore")[] | undefined;
    }
  | { readonly what: "delete"; readonly id: string; readonly time: number; readonly hard: boolean }
  | {
      readonly what: "update";
      readonly id: string;
      readonly time?: number | undefined;
      readonly values: Readonly<Record<string, string>>;
      readonly seconds?: number | undefined;
    }
  /** The clock goes on by so many seconds. */
  | { readonly what: "wait"; readonly seconds: number };

export interface Answered {
  readonly refusal?: string;
}

/** An entry of the history: what was told, in the order of the telling. */
export interface Told {
  readonly id: string;
  readonly time: number;
  readonly deleted: boolean;
  readonly values: Readonly<Record<string, string>>;
}

/**
 * What the online store and the history are after a log, the slow way: the whole log is looked through anew for each
 * answer, from AWS's sentences and not from the product's code. Times are in seconds.
 */
export function bruteForce(log: readonly Happening[], start: number) {
  interface Version {
    readonly time: number;
    readonly values: Readonly<Record<string, string>> | "deleted";
    readonly life: number | undefined;
  }
  const shelf: Record<string, Version[]> = {};
  const history: Told[] = [];
  const answers: Answered[] = [];
  let now = start;
  /** The newest version; one whose life is over has never been. */
  const newest = (id: string): Version | undefined => {
    const versions = shelf[id] ?? [];
    const last = versions[versions.length - 1];
    if (last?.life !== undefined && last.time + last.life <= now) {
      shelf[id] = [];
      return undefined;
    }
    return last;
  };
  for (const event of log) {
    if (event.what === "wait") {
      now += event.seconds;
      answers.push({});
      continue;
    }
    const last = newest(event.id);
    shelf[event.id] ??= [];
    const versions = shelf[event.id]!;
    if (event.what === "put") {
      const toOnline = event.stores === undefined || event.stores.includes("OnlineStore");
      const toOffline = event.stores === undefined || event.stores.includes("OfflineStore");
      if (toOnline && (last === undefined || event.time > last.time))
        versions.push({ time: event.time, values: event.values, life: event.seconds });
      if (toOffline) history.push({ id: event.id, time: event.time, deleted: false, values: event.values });
      answers.push({});
    } else if (event.what === "delete") {
      const isLater = last === undefined || event.time > last.time;
      if (event.hard && !isLater) {
        answers.push({ refusal: "ValidationError" });
        continue;
      }
      if (isLater) {
        if (event.hard) shelf[event.id] = [];
        else versions.push({ time: event.time, values: "deleted", life: undefined });
      }
      history.push({ id: event.id, time: event.time, deleted: true, values: {} });
      answers.push({});
    } else if (last === undefined || last.values === "deleted") answers.push({ refusal: "ResourceNotFound" });
    else if (event.time !== undefined && event.time < last.time) answers.push({ refusal: "ConflictException" });
    else {
      const time = event.time ?? last.time;
      const values = { ...last.values, ...event.values };
      versions.push({ time, values, life: event.seconds ?? last.life });
      history.push({ id: event.id, time, deleted: false, values });
      answers.push({});
    }
  }
  return {
    answers,
    history,
    online(id: string): { readonly time: number; readonly values: Readonly<Record<string, string>> } | undefined {
      const last = newest(id);
      return last === undefined || last.values === "deleted" ? undefined : { time: last.time, values: last.values };
    },
  };
}

/** Features as a plain object, without the two that name a record and its time. */
export function ownValues(record: readonly FeatureValue[] | undefined): Record<string, string> {
  return Object.fromEntries(
    (record ?? [])
      .filter(({ FeatureName }) => FeatureName !== "id" && FeatureName !== "time")
      .map(({ FeatureName, ValueAsString }) => [FeatureName, ValueAsString!]),
  );
}
