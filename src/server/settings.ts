import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { isRegion } from "../aws/region.ts";
import { choice, integer, type Param } from "../base/params.ts";
import { killPoints } from "../services/kill-points.gen.ts";
import { StartFailure } from "./home/start-failure.ts";

/** A setting: a flag of `sagebrush start` where it has one, else its environment variable, else its default. */
export interface Setting<T> extends Pick<Param<T>, "parse" | "allowed"> {
  readonly environment: string;
  readonly default: T;
  /** Describes the setting in help and the reference. */
  readonly words: string;
}

const setting = <T>(row: Setting<T>): Setting<T> => row;

/** The table of all settings. */
export const settingsTable = {
  home: setting({
    environment: "SAGEBRUSH_HOME",
    default: join(homedir(), ".sagebrush"),
    words: "The folder that holds everything the server keeps.",
    parse: (value) => (value ? resolve(value) : undefined),
    allowed: "a folder",
  }),
  host: setting({
    environment: "SAGEBRUSH_HOST",
    default: "127.0.0.1",
    words: "The address to listen on. Others than this machine reach the server only when this says so (0.0.0.0).",
    parse: (value) => value || undefined,
    allowed: "a text that is not empty",
  }),
  port: setting({
    environment: "SAGEBRUSH_PORT",
    words: "The port to listen on; 0 picks a free one.",
    ...integer({ min: 0, max: 65_535 }),
    default: 4620,
  }),
  account: setting({
    environment: "SAGEBRUSH_ACCOUNT",
    default: "",
    words:
      "The AWS account that everything in a new home belongs to, 123456789012 if none is given. A home keeps its own.",
    parse: (value) => (/^\d{12}$/.test(value) ? value : undefined),
    allowed: "twelve digits",
  }),
  adminKeyFile: setting({
    environment: "SAGEBRUSH_ADMIN_KEY_FILE",
    default: "",
    words:
      "A file with the administrator's key as ID:SECRET on one line; without it a random one is made at the first start.",
    parse: (value) => (value ? resolve(value) : ""),
    allowed: "a file",
  }),
  region: setting({
    environment: "SAGEBRUSH_REGION",
    default: "us-east-1",
    words: "The region that `sagebrush env` names. Requests may name any region.",
    parse: (value) => (isRegion(value) ? value : undefined),
    allowed: "a region such as us-east-1",
  }),
  administrator: setting({
    environment: "SAGEBRUSH_ADMINISTRATOR",
    words: "Who GetCallerIdentity says the administrator is: the role SageMakerRole, or the account's root.",
    ...choice(["role", "root"]),
    default: "role" as "role" | "root",
  }),
  roles: setting({
    environment: "SAGEBRUSH_ROLES",
    words: "Whether a well-formed role ARN may name a role that nobody made.",
    ...choice(["any", "known"]),
    default: "any" as "any" | "known",
  }),
  holdWaiters: setting({
    environment: "SAGEBRUSH_HOLD_WAITERS",
    words: "Whether a Describe sent by a waiter is held, 20 s at most, until the status is final.",
    ...choice(["on", "off"]),
    default: "on" as "on" | "off",
  }),
  executor: setting({
    environment: "SAGEBRUSH_EXECUTOR",
    words: "The executor that runs a job when several can. `process` runs it on this machine.",
    ...choice(["process"]),
    default: "process",
  }),
  jobs: setting({
    environment: "SAGEBRUSH_JOBS",
    words:
      "How many training jobs run at the same time; the others wait for their turn as Starting. 0: as many as the machine has processor cores, and four at least.",
    ...integer({ min: 0, max: 9999 }),
    default: 0,
  }),
  killAt: setting({
    environment: "SAGEBRUSH_KILL_AT",
    default: "",
    words: "For tests: a named point of a job's life at which the server kills itself.",
    parse: (value) => (value === "" || Object.hasOwn(killPoints, value) ? value : undefined),
    allowed: "a point that docs/reference/settings.md names",
  }),
};

type Table = typeof settingsTable;
export type SettingName = keyof Table;
export type Settings = { readonly [K in SettingName]: Table[K]["default"] };

/**
 * Reads the settings of a server: flags win over the environment, the environment wins over defaults.
 * @throws StartFailure that names the setting, its value and what is allowed
 */
export function readSettings(
  flags: Readonly<Partial<Record<SettingName, string | number>>>,
  environment: Readonly<Record<string, string | undefined>>,
): Settings {
  const settings: Record<string, unknown> = {};
  for (const [name, row] of Object.entries(settingsTable) as [SettingName, Setting<unknown>][]) {
    const flag = flags[name];
    const given = flag === undefined ? environment[row.environment] : String(flag);
    const value = given === undefined || (given === "" && flag === undefined) ? row.default : row.parse(given);
    if (value === undefined) {
      const source = flag === undefined ? row.environment : `--${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
      throw new StartFailure(`${source} is "${given}"; it must be ${row.allowed}.`, { exitCode: 2 });
    }
    settings[name] = value;
  }
  return settings as Settings;
}
