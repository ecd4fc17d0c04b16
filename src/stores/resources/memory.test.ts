import { createMemoryResourceStore } from "./memory.ts";
import { resourceStoreContract } from "./resource-store.contract.ts";

resourceStoreContract("memory", (clock) => createMemoryResourceStore({ clock }));
