import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { RootDatabase, RootDatabaseOptionsWithPath } from "lmdb";
import { isDiskFull } from "../../base/is-disk-full.ts";
import { type DiskReserve, noReserve } from "../disk-reserve.ts";
import { diskFullFault, storageFault } from "../storage-fault.ts";
import { createKeyNames, type KeyNames } from "./lmdb-keys.ts";
import { createWriteTurns } from "./lmdb-writes.ts";
import type { KeyVisitor, RecordStore } from "./port.ts";

/** Address space of the map, which the file grows into; it takes no memory and no disk. */
const mapBytes = 2 ** 40;
/** A page holds two keys at least, so keys may have some 4,000 bytes. */
const pageBytes = 8192;
/** Other requests are answered after so many keys of a scan. */
const keysAtOnce = 10_000;
const droppedAtOnce = 5_000;

type Env = RootDatabase<string, Buffer>;

export interface LmdbOptions {
  /** The database's file; its lock lies beside it. Made when it is first written to. */
  readonly path: string;
  readonly reserve?: DiskReserve;
  /** For a process that reads what another one writes. What is committed there is read here at once. */
  readonly readOnly?: boolean;
}

/**
 * The record store in one LMDB file: one process writes, and any number read it in place, without asking that one. Keys
 * have 4,000 bytes at most.
 */
export function createLmdbRecordStore({ path, reserve = noReserve, readOnly = false }: LmdbOptions): RecordStore {
  let opening: Promise<OpenRecords> | undefined;
  let open: OpenRecords | undefined;
  const opened = (): Promise<OpenRecords> => {
    opening ??= openRecords(path, readOnly).then(
      (records) => {
        open = records;
        return records;
      },
      (error) => {
        opening = undefined;
        throw storageFault(error, path);
      },
    );
    return opening;
  };
  /** Undefined while there is no file: nothing is read from it. */
  const ifThere = async () => open ?? (opening || existsSync(path) ? opened() : undefined);
  return {
    async get(space, keys) {
      const records = open ?? (await ifThere());
      return records ? records.get(space, keys) : keys.map(() => undefined);
    },
    async getBytes(space, keys) {
      const records = open ?? (await ifThere());
      return records ? records.getBytes(space, keys) : keys.map(() => undefined);
    },
    scan: async (space, { from = "", before }, visit) => (await ifThere())?.scan(space, from, before, visit),
    async write(changes) {
      if (!reserve.mayGrow() && changes.some(({ value }) => value !== undefined)) throw diskFullFault(path);
      try {
        await (open ?? (await opened())).write(changes);
      } catch (error) {
        if (isDiskFull(error)) reserve.foundFull();
        throw storageFault(error, path);
      }
    },
    drop: async (space) => (await ifThere())?.drop(space),
    spaces: async (prefix, after, limit) => (await ifThere())?.spaces(prefix, after, limit) ?? [],
    clear: async () => (await ifThere())?.clear(),
    async close() {
      const records = await opening?.catch(() => undefined);
      opening = undefined;
      open = undefined;
      await records?.close();
    },
  };
}

type OpenRecords = Awaited<ReturnType<typeof openRecords>>;

async function openRecords(path: string, readOnly: boolean) {
  const { open } = await import("lmdb");
  if (!readOnly) mkdirSync(dirname(path), { recursive: true });
  // The library's types lack one of its options.
  const options: RootDatabaseOptionsWithPath & { readonly noReadAhead: boolean } = {
    ...{ path, noSubdir: true, readOnly, keyEncoding: "binary", encoding: "string", cache: false },
    // A commit is told when it is synced: what is acknowledged is durable.
    ...{ overlappingSync: false, mapSize: mapBytes, pageSize: pageBytes },
    // Records are read here and there: where the file is not in memory, the 128 KiB around each would be read with it.
    noReadAhead: true,
  };
  const env: Env = open<string, Buffer>(options);
  // Every read sees what is committed by then, also by another process.
  const latest = readOnly
    ? () => {
        env.resetReadTxn();
        return env;
      }
    : () => env;
  const names: KeyNames = createKeyNames(latest);
  const writes = createWriteTurns(env, names);
  const copyOf = createCopies();

  async function scan(space: string, start: string, before: string | undefined, visit: KeyVisitor): Promise<void> {
    const number = names.find(space);
    if (number === undefined) return;
    const end = before === undefined ? names.end(number) : names.key(number, before);
    let from = names.key(number, start);
    let visited = 0;
    while (from.compare(end) < 0) {
      let next: Buffer | undefined;
      for (const key of latest().getKeys({ start: from, end })) {
        const told = visit(names.text(key));
        if (told === "end") return;
        const following = Buffer.concat([key, zero]);
        next = told && names.key(number, told.from).compare(following) > 0 ? names.key(number, told.from) : following;
        if (++visited >= keysAtOnce || told) break;
        next = undefined;
      }
      if (next === undefined) return;
      from = next;
      if (visited < keysAtOnce) continue;
      visited = 0;
      await setImmediate();
    }
  }

  return {
    get(space: string, keys: readonly string[]) {
      const store = latest();
      const number = names.find(space);
      return keys.map((key) => (number === undefined ? undefined : store.get(names.key(number, key))));
    },
    getBytes(space: string, keys: readonly string[]) {
      const store = latest();
      const number = names.find(space);
      return keys.map((key) => {
        const found = number === undefined ? undefined : store.getBinaryFast(names.key(number, key));
        return found && copyOf(found);
      });
    },
    scan,
    write: writes.write,

    async drop(space: string) {
      const number = names.find(space);
      if (number === undefined) return;
      const range = { start: names.key(number, ""), end: names.end(number), limit: droppedAtOnce };
      for (;;) {
        const keys = [...env.getKeys(range)].map((key) => ({ space, key: names.text(key) }));
        if (keys.length === 0) return;
        await writes.write(keys);
      }
    },

    spaces: (prefix: string, after: string | undefined, limit: number) => names.list(prefix, after, limit),

    async clear() {
      await env.clearAsync();
      names.forget();
    },

    async close() {
      await writes.ended();
      await env.close();
    },
  };
}

const zero = Buffer.alloc(1);

const pieceBytes = 64 * 1024;

/**
 * Returns a function that copies a value which the next read overwrites. Small ones lie behind each other in one piece of
 * memory: a piece for each costs a garbage collector more than the copy itself.
 */
function createCopies(): (value: Buffer) => Uint8Array {
  let piece = Buffer.allocUnsafeSlow(0);
  let used = 0;
  return (value) => {
    // What is read into is longer than the value; its `length` alone says how long that is.
    const { length } = value;
    if (length > pieceBytes / 4) return Buffer.from(value.subarray(0, length));
    if (used + length > piece.length) {
      piece = Buffer.allocUnsafeSlow(pieceBytes);
      used = 0;
    }
    value.copy(piece, used, 0, length);
    used += length;
    return piece.subarray(used - length, used);
  };
}
