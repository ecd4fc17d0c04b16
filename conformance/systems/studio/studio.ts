import { defineSystem } from "../define-system.ts";

/** Studio as people use it, in a browser that playwright-core drives. */
export const studio = defineSystem({
  name: "studio",
  clients: [{ name: "Studio in Chromium", version: "as Debian 12 has it" }],
  programs: [{ command: "chromium", debian: "chromium", advice: "Install Chromium (the package chromium of Debian)" }],
});
