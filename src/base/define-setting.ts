import type { Param } from "./params.ts";

/**
 * A setting, declared in a file `<name>.setting.ts` beside what reads it. The name of the export is the setting's name:
 * `holdWaiters` is SAGEBRUSH_HOLD_WAITERS. Every command line reads all of these files, so they import next to nothing.
 */
export interface Setting<T> extends Pick<Param<T>, "parse" | "allowed"> {
  readonly unit: "setting";
  readonly default: T;
  /** For help and the reference. */
  readonly words: string;
}

/** The values of a table of settings. */
export type SettingValues<Table> = {
  readonly [Name in keyof Table]: Table[Name] extends Setting<infer T> ? T : never;
};

export const defineSetting = <T>(
  setting: Pick<Param<T>, "parse" | "allowed"> & { readonly default?: T; readonly words: string },
): Setting<T> => ({ unit: "setting", ...setting, default: setting.default as T });

/** `sagebrush start --hold-waiters` has its words; SAGEBRUSH_HOLD_WAITERS too. */
const spelled = (name: string, between: string) => name.replace(/[A-Z]/g, (letter) => `${between}${letter}`);
export const settingVariable = (name: string): string => `SAGEBRUSH_${spelled(name, "_").toUpperCase()}`;
export const settingFlag = (name: string): string => `--${spelled(name, "-").toLowerCase()}`;
