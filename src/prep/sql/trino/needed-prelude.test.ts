import * as api from "@duckdb/node-api";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { addFunctions } from "../../../engines/duckdb/own-functions.ts";
import { nativeFunctions } from "./native/native-functions.ts";
import { neededPrelude, settingsPrelude } from "./needed-prelude.ts";
import { prelude } from "./prelude.ts";

const names = prelude.flatMap((statement) => /^CREATE TEMP MACRO (\w+)/.exec(statement)?.[1] ?? []);

test("settings are for all statements, macros for those that call them", () => {
  expect(names.length + settingsPrelude.length).toBe(prelude.length);
  expect(neededPrelude("SELECT 1")).toEqual([]);
  expect(neededPrelude(names.join())).toEqual(prelude.slice(settingsPrelude.length));
});

test("each macro comes with those that it calls", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  addFunctions(await instance.connect(), nativeFunctions, api);
  for (const name of names) {
    const connection = await instance.connect();
    await connection.run("BEGIN");
    const made = neededPrelude(`SELECT ${name}(`);
    for (const statement of [...settingsPrelude, ...made]) await connection.run(statement);
    const own = new Set(made.flatMap((statement) => /^CREATE TEMP MACRO (\w+)/.exec(statement)?.[1] ?? []));
    const called = made.flatMap((statement) => statement.match(/\b(?:trino_\w+|trim_java)(?=\()/g) ?? []);
    expect(called.filter((one) => !own.has(one))).toEqual([]);
    await connection.run("ROLLBACK");
    connection.closeSync();
  }
  instance.closeSync();
});
