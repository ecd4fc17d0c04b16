import { type SettingValues, settingFlag, settingVariable } from "../../base/define-setting.ts";
import { unitSettings } from "../../frame/settings.gen.ts";
import { StartFailure } from "../home/start-failure.ts";
import { serverSettings } from "./server-settings.ts";

/** Every setting there is: a flag of `sagebrush start` where it has one, else its environment variable, else its default. */
const table = { ...serverSettings, ...unitSettings };

export type Settings = SettingValues<typeof table>;

/**
 * Reads the settings of a server: flags win over the environment, the environment wins over defaults.
 * @throws StartFailure that names the setting, its value and what is allowed
 */
export function readSettings(
  flags: Readonly<Partial<Record<keyof Settings, string | number>>>,
  environment: Readonly<Record<string, string | undefined>>,
): Settings {
  const settings: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(table)) {
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
