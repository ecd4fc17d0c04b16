import { journalStoreContract } from "./journal-store.contract.ts";
import { createMemoryJournalStore } from "./memory.ts";

journalStoreContract("memory", (clock) => createMemoryJournalStore({ clock }));
