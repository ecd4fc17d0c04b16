import { findingsOf } from "../../server/checkup/checkup.ts";
import { defineCommand } from "../define-command.ts";
import { clientChecks, lookAt, serverChecks } from "../health-checks.ts";
import { settingsOf } from "../running-server.ts";

export const doctor = defineCommand({
  name: "doctor",
  summary: "Looks for what would keep the server or its clients from working, and says what to do.",
  options: {},
  async run(given) {
    // Imported here, because the list opens the parts too, and help needs none of them.
    const { partList } = await import("../../server/parts/part-list.ts");
    const checkup = lookAt(settingsOf(given), process.env);
    let exitCode = 0;
    for await (const { title, words, mark = "ok", fix } of findingsOf(
      [...serverChecks, ...partList.checks, ...clientChecks],
      checkup,
    )) {
      if (mark === "wrong") exitCode = 1;
      console.log(`${mark.padEnd(6)}${title.padEnd(13)}${words}`);
      if (fix !== undefined) console.log(`${" ".repeat(19)}${fix}`);
    }
    return exitCode;
  },
});
