import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { settingVariable } from "../../base/define-setting.ts";
import { runVariables } from "../../executors/run-variables.ts";
import { readSettings, settingTable, strayVariables } from "./settings.ts";

it("takes flags over the environment over defaults", () => {
  const environment = { SAGEBRUSH_PORT: "5000", SAGEBRUSH_ACCOUNT: "000000000000", SAGEBRUSH_HOST: "" };
  const settings = readSettings({ port: 0 }, environment);
  expect(settings).toMatchObject({ port: 0, account: "000000000000", host: "127.0.0.1", holdWaiters: "on" });
});

it.each([
  [{ port: "65536" }, {}, '--port is "65536"; it must be a whole number from 0 to 65535.'],
  [{ adminKeyFile: "" }, { SAGEBRUSH_ACCOUNT: "12" }, 'SAGEBRUSH_ACCOUNT is "12"; it must be twelve digits.'],
  [{}, { SAGEBRUSH_ROLES: "some" }, 'SAGEBRUSH_ROLES is "some"; it must be one of any, known.'],
])("refuses what is not allowed: %o %o", (flags, environment, words) => {
  expect(() => readSettings(flags, environment)).toThrow(words);
});

it("tells of a variable that is no setting", () => {
  const environment = { SAGEBRUSH_PROT: "1", SAGEBRUSH_HOME: "/x", SAGEBRUSH_ML_ROOT: "/opt/ml", SAGEBRUSH_ELSE: "" };
  expect(strayVariables(environment)).toEqual([
    "SAGEBRUSH_ELSE is no setting of Sagebrush and changes nothing. `sagebrush settings` lists all.",
    "SAGEBRUSH_PROT is no setting of Sagebrush and changes nothing. Did you mean SAGEBRUSH_PORT?",
  ]);
});

it("knows every variable that the source names", () => {
  const files = globSync("src/**/*.ts").filter((file) => !/\.(test|contract|fixture)\.ts$/.test(file));
  const named = files.flatMap((file) => readFileSync(file, "utf8").match(/\bSAGEBRUSH_[A-Z][A-Z_]*[A-Z]\b/g) ?? []);
  const known = [...Object.keys(settingTable).map(settingVariable), ...runVariables];
  expect([...new Set(named)].filter((name) => !known.includes(name))).toEqual([]);
  expect(runVariables.filter((name) => !named.includes(name))).toEqual([]);
});
