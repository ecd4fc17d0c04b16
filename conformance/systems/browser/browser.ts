import { defineSystem } from "../define-system.ts";

/** The browser that is driven by its own debugging protocol, so that no package and no download stands between. */
export const browser = defineSystem({
  name: "browser",
  clients: [{ name: "Chromium", version: "as Debian 12 has it" }],
  programs: [{ command: "chromium", debian: "chromium", advice: "Install Chromium (the package chromium of Debian)" }],
});
