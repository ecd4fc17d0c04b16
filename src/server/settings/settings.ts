import { connectionVariables } from "../../base/connection.ts";
import { type SettingValues, settingFlag, settingVariable } from "../../base/define-setting.ts";
import { nearest } from "../../base/nearest.ts";
import { runVariables } from "../../executors/run-variables.ts";
import { unitSettings } from "../../frame/settings.gen.ts";
import { StartFailure } from "../home/start-failure.ts";
import { serverSettings } from "./server-settings.ts";

/** All settings. Each is a flag of `sagebrush start` where it has one, else an environment variable, else its default. */
export const settingTable = { ...serverSettings, ...unitSettings };

export type Settings = SettingValues<typeof settingTable>;

/**
 * Reads the settings of a server: flags win over the environment, the environment wins over defaults.
 * @throws StartFailure that names the setting, its value and what is allowed
 */
export function readSettings(
  flags: Readonly<Partial<Record<keyof Settings, string | number>>>,
  environment: Readonly<Record<string, string | undefined>>,
): Settings {
  const settings: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settingTable)) {
    const flag = flags[name as keyof Settings];
    const given = flag === undefined ? environment[settingVariable(name)] : String(flag);
    const value = given === undefined || (given === "" && flag === undefined) ? setting.default : setting.parse(given);
    if (value === undefined) {
      const source = flag === undefined ? settingVariable(name) : settingFlag(name);
      throw new StartFailure(`${source} is "${given}"; it must be ${setting.allowed}.`, { exitCode: 2 });
    }
    settings[name] = value;
  }
  return settings as Settings;
}

const withoutPrefix = (variable: string): string => variable.slice("SAGEBRUSH_".length);

/** Returns a line for each variable that looks like a setting and is not one: most often it is misspelt. */
export function strayVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = Object.keys(settingTable).map(settingVariable);
  return Object.keys(environment)
    .filter((name) => name.startsWith("SAGEBRUSH_") && !known.includes(name) && !runVariables.includes(name))
    .filter((name) => !name.startsWith(connectionVariables))
    .sort()
    .map((name) => {
      const meant = nearest(withoutPrefix(name), known.map(withoutPrefix));
      const advice = meant === undefined ? "`sagebrush settings` lists all." : `Did you mean SAGEBRUSH_${meant}?`;
      return `${name} is no setting of Sagebrush and changes nothing. ${advice}`;
    });
}
