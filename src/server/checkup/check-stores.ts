import { objectIndexFile } from "../../stores/objects/filesystem.ts";
import { checkFolder } from "../home/check-home.ts";
import { homePaths } from "../home/home.ts";
import { checkDatabase } from "./check-database.ts";
import type { Checkup, Finding } from "./checkup.ts";

export const checkResources = ({ settings }: Checkup): readonly Finding[] =>
  checkDatabase("Resources", homePaths(settings.home).resourcesFile);

export const checkRecords = ({ settings }: Checkup): readonly Finding[] =>
  checkDatabase("Records", homePaths(settings.home).recordsFile);

export function checkObjects({ settings }: Checkup): readonly Finding[] {
  const { objectsFolder } = homePaths(settings.home);
  return [checkFolder("Objects", objectsFolder), checkDatabase("Objects", objectIndexFile(objectsFolder))].flat();
}

export const checkJournals = ({ settings }: Checkup): readonly Finding[] =>
  checkFolder("Journals", homePaths(settings.home).journalsFolder);
