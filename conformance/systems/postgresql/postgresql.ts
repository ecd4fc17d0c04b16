import { defineSystem } from "../define-system.ts";

/** The database, as a source of flows and jobs. Redshift speaks its protocol. */
export const postgresql = defineSystem({
  name: "postgresql",
  clients: [],
  isSource: true,
  programs: [
    {
      command: "pg_lsclusters",
      debian: "postgresql",
      advice: "Install PostgreSQL as Debian has it (apt-get install postgresql)",
    },
  ],
});
