import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineSystem } from "../define-system.ts";

const root = join(import.meta.dirname, "../../..");
const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};

/** The web app in a browser, used as people use it. */
export const studio = defineSystem({
  name: "studio",
  clients: [
    { name: "Chromium", version: "as Debian 12 has it" },
    { name: "axe-core", version: devDependencies["axe-core"]! },
  ],
  programs: [{ command: "chromium", debian: "chromium", advice: "Install Chromium (the package chromium of Debian)" }],
});
