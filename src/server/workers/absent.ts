import type { JournalStore } from "../../stores/journals/port.ts";

/** Stands for what a worker does not have. A handler of the data plane that asks for it is a mistake, and fails. */
export const absent = (what: string): never =>
  new Proxy(() => {}, {
    get() {
      throw new Error(`A process of the data plane has no ${what}: this call needs controlOnly()`);
    },
    apply() {
      throw new Error(`A process of the data plane has no ${what}: this call needs controlOnly()`);
    },
  }) as never;

const noJournals = (): never => {
  throw new Error("A process of the data plane reads no journal: this call needs controlOnly()");
};

/** What a worker does not do with journals: it appends to them. */
export const absentJournals: Omit<JournalStore, "append"> = {
  ...{ read: noJournals, wait: noJournals, make: noJournals, summary: noJournals, streams: noJournals },
  ...{ folder: noJournals, byTime: noJournals, trim: noJournals, clear: noJournals, close: noJournals },
};
