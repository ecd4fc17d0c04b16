import { objectIndexFile } from "../../stores/objects/filesystem.ts";
import { checkDatabase } from "../checkup/check-database.ts";
import type { Check } from "../checkup/checkup.ts";
import { checkSandbox } from "../checkup/sandbox-advice.ts";
import { checkDisk, checkFolder, checkHome } from "../home/check-home.ts";
import { homePaths } from "../home/home.ts";
import { checkPort } from "../http/check-port.ts";

/**
 * The parts of the server. They are opened and started in this order, cleared and closed in the reverse order, and
 * `sagebrush doctor` asks their checks, which need no open part: another server may hold the home.
 */
export const partList = [
  { name: "home", check: async (checkup) => [await checkHome(checkup), await checkDisk(checkup)].flat() },
  { name: "access log" },
  { name: "service log" },
  { name: "resources", check: ({ settings }) => checkDatabase("Resources", homePaths(settings.home).resourcesFile) },
  {
    name: "objects",
    check({ settings }) {
      const { objectsFolder } = homePaths(settings.home);
      return [checkFolder("Objects", objectsFolder), checkDatabase("Objects", objectIndexFile(objectsFolder))].flat();
    },
  },
  { name: "journals", check: ({ settings }) => checkFolder("Journals", homePaths(settings.home).journalsFolder) },
  { name: "cache" },
  { name: "metrics" },
  { name: "http", check: checkPort },
  { name: "waiting calls" },
  { name: "executors", check: checkSandbox },
  { name: "reconcilers" },
  { name: "followers" },
  { name: "upkeep" },
] as const satisfies readonly Check[];

export type PartName = (typeof partList)[number]["name"];
