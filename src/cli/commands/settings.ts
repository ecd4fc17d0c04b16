import { homedir } from "node:os";
import { type Setting, settingVariable } from "../../base/define-setting.ts";
import { settingTable } from "../../server/settings/settings.ts";
import { defineCommand } from "../define-command.ts";

export const settings = defineCommand({
  name: "settings",
  summary: "Lists the environment variables that set up a server, their values and what is allowed.",
  options: {},
  notes: "Options of `sagebrush start` win over them.",
  async run() {
    for (const [name, setting] of Object.entries<Setting<unknown>>(settingTable)) {
      const variable = settingVariable(name);
      const given = process.env[variable];
      const fallback = String(setting.default).replace(homedir(), "~") || "none";
      console.log(
        `${variable}${given ? ` is ${given}` : ""}\n  ${setting.words}\n  Default: ${fallback}. Allowed: ${setting.allowed}.`,
      );
    }
    return 0;
  },
});
