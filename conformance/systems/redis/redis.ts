import { defineSystem } from "../define-system.ts";

/** The store of online records that several servers share. */
export const redis = defineSystem({
  name: "redis",
  clients: [],
  isSource: true,
  programs: [
    {
      command: "redis-server",
      debian: "redis-server",
      advice: "Install Redis as Debian has it (apt-get install redis-server)",
    },
  ],
});
