import { createEnvironments } from "../../environments/environments.ts";
import {
  type KeptEnvironment,
  listEnvironments,
  pruneEnvironments,
  removeEnvironment,
} from "../../environments/kept-environments.ts";
import { type LockName, lockNamed, lockNames } from "../../environments/locks.ts";
import { readyEnvironment } from "../../environments/make-environment.ts";
import { sizeWords } from "../../environments/room-for.ts";
import { homePaths } from "../../server/home/home.ts";
import type { Settings } from "../../server/settings/settings.ts";
import { type Arguments, CommandError, defineCommand } from "../define-command.ts";
import { didYouMean } from "../did-you-mean.ts";
import { settingsOf } from "../running-server.ts";

interface Asked {
  readonly settings: Settings;
  readonly folder: string;
  readonly names: readonly string[];
  readonly json: boolean;
  readonly days: number;
}

const defaultDays = 30;
const mebibyte = 1024 ** 2;

const actions: Readonly<Record<string, (asked: Asked) => Promise<number>>> = {
  async list({ folder, json }) {
    const found = listEnvironments(folder);
    if (json) console.log(JSON.stringify(found, undefined, 2));
    else if (found.length === 0)
      console.log(`There are no environments in ${folder}. A job makes the one that it needs.`);
    else for (const environment of found) console.log(lineOf(environment));
    return 0;
  },

  async remove({ folder, names }) {
    if (names.length === 0) throw new CommandError("remove takes the names of environments; `list` shows them.", 2);
    for (const name of names) await removeNamed(folder, name);
    return 0;
  },

  async prune({ folder, days }) {
    const { removed, bytes } = await pruneEnvironments(folder, days);
    for (const name of removed) console.log(`Removed ${name}.`);
    console.log(`${sizeWords(bytes / mebibyte)} were freed.`);
    return 0;
  },

  async prepare({ settings, folder, names }) {
    if (names.length === 0) {
      for (const name of lockNames)
        console.log(
          `${name.padEnd(28)}Python ${lockNamed(name).python.join(", ")}; ${sizeWords(lockNamed(name).mebibytes)}`,
        );
      return 0;
    }
    const environments = createEnvironments({ folder, wheels: settings.wheels, environment: process.env });
    for (const name of names) {
      const planned = await environments.plan(lockOf(name));
      if ("refusal" in planned) throw new CommandError(planned.refusal);
      try {
        await readyEnvironment(planned.plan, { log: (line) => console.log(line) });
      } catch (error) {
        throw (error as Error).name === "EnvironmentFault" ? new CommandError((error as Error).message) : error;
      }
      console.log(`${name} is ready.`);
    }
    return 0;
  },
};

export const environments = defineCommand({
  name: "environments",
  summary: "Lists, makes and removes the Python environments in which scripts run.",
  words: `${Object.keys(actions).join("|")} [NAME...]`,
  options: {
    json: { words: "shows the list as JSON" },
    days: { value: "N", words: `prune: removes what no job used for so many days; else ${defaultDays}` },
  },
  notes: `prepare makes environments before a job needs them; without names it lists those there are. remove takes the names
that list shows, prune removes what was not used for long, and what was fetched to make them.`,
  async run(given: Arguments) {
    const [action = "list", ...names] = given.words;
    const act = actions[action];
    if (act === undefined)
      throw new CommandError(`environments has no action ${action}.${didYouMean(action, Object.keys(actions))}`, 2);
    const unused = /^(list|prune)$/.test(action) ? names[0] : undefined;
    if (unused !== undefined)
      throw new CommandError(`environments ${action} takes no name, and was given ${unused}.`, 2);
    const settings = settingsOf(given);
    const days = Number(given.options.days ?? defaultDays);
    if (!(days >= 0)) throw new CommandError(`--days is ${given.options.days}; it must be a number of days.`, 2);
    const folder = settings.environments || homePaths(settings.home).environmentsFolder;
    return await act({ settings, folder, names, days, json: given.switches.has("json") });
  },
});

const lineOf = ({ name, record, used, requirements }: KeptEnvironment): string =>
  [
    name.padEnd(48),
    sizeWords(record.bytes / mebibyte).padEnd(10),
    `Python ${record.version.padEnd(9)}`,
    `last used ${new Date(used).toISOString().slice(0, 10)}`,
    requirements === undefined ? "" : `  with ${requirements}`,
  ].join("");

async function removeNamed(folder: string, name: string): Promise<void> {
  const found = listEnvironments(folder).map((environment) => environment.name);
  if (!found.includes(name))
    throw new CommandError(`There is no environment ${name} in ${folder}.${didYouMean(name, found)}`, 2);
  const refusal = await removeEnvironment(folder, name);
  if (refusal !== undefined) throw new CommandError(refusal);
  console.log(`Removed ${name}.`);
}

function lockOf(name: string): LockName {
  const found = lockNames.find((lock) => lock === name);
  if (found === undefined)
    throw new CommandError(
      `There is no environment ${name} to make.${didYouMean(name, [...lockNames])} There are: ${lockNames.join(", ")}.`,
      2,
    );
  return found;
}
