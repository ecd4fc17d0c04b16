import { existsSync } from "node:fs";
import { join } from "node:path";
import { connectors } from "../../../src/base/connectors.ts";
import { defineSystem } from "../define-system.ts";

/** Snowflake's own package, put into a home as a user does. Its service cannot be had here: a double speaks its protocol. */
export const snowflake = defineSystem({
  name: "snowflake",
  clients: [],
  isSource: true,
  programs: [{ command: "npm", advice: "Install Node with its npm (https://nodejs.org)" }],
  sources: ["src/cli/connectors"],
  async install({ fetch, folder }) {
    const launcher = join(import.meta.dirname, "..", "..", "..", "bin", "sagebrush");
    await fetch(process.execPath, [launcher, "connectors", "add", "snowflake", "--home", folder]);
    const file = join(folder, "connectors/snowflake/node_modules", connectors.snowflake.package, "package.json");
    if (!existsSync(file)) throw new Error(`The connector has no ${file}`);
  },
});
