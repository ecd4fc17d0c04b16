import { type MissingNeed, missingNeeds, neededHere } from "../../executors/process/machine-needs.ts";
import { installWith } from "../../executors/process/sandbox-advice.ts";
import type { Checkup, Finding } from "./checkup.ts";

const title = "Programs";

/** For `sagebrush doctor`: what every job and model server needs of this machine. */
export function checkMachine({ environment }: Pick<Checkup, "environment">): readonly Finding[] {
  const missing = missingNeeds(environment.PATH);
  if (missing.length === 0) return [{ title, words: `what jobs need is there: ${neededHere()}` }];
  return missing.map((need) => ({ title, words: `no job can run: ${need.words}`, mark: "wrong", fix: fixOf(need) }));
}

/** One line for each of them, for the person who starts a server or asks for its status. */
export const machineWarnings = (missing: readonly MissingNeed[]): readonly string[] =>
  missing.map((need) => `Warning: no job can run here: ${need.words}. ${fixOf(need)}`);

function fixOf({ words, package: name }: MissingNeed): string {
  if (name === undefined) return "Mount it, as every Linux does.";
  const path = words.includes("PATH") ? ", and start the server with a PATH that has it" : "";
  return `${installWith(name) ?? `Install the package ${name}`}${path}.`;
}
