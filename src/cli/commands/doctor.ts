import { defineCommand } from "../define-command.ts";
import { healthChecks } from "../health-checks.ts";
import { settingsOf } from "../running-server.ts";

export const doctor = defineCommand({
  name: "doctor",
  summary: "Looks for what would keep the server or its clients from working, and says what to do.",
  options: {},
  async run(given) {
    const settings = settingsOf(given);
    let exitCode = 0;
    for (const check of healthChecks) {
      const { words, fix, harmless } = await check.run(settings, process.env);
      const mark = fix === undefined ? "ok" : harmless ? "note" : "wrong";
      if (mark === "wrong") exitCode = 1;
      console.log(`${mark.padEnd(6)}${check.title.padEnd(13)}${words}`);
      if (fix !== undefined) console.log(`${" ".repeat(19)}${fix}`);
    }
    return exitCode;
  },
});
