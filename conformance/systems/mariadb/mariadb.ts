import { defineSystem } from "../define-system.ts";

/** MySQL's protocol as a source of flows, by its largest relative. */
export const mariadb = defineSystem({
  name: "mariadb",
  clients: [],
  isSource: true,
  programs: [
    { command: "mariadbd", debian: "mariadb-server", advice: "Install MariaDB (apt-get install mariadb-server)" },
  ],
});
