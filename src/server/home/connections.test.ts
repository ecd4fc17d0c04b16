import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { ConnectionWish } from "../../base/connection.ts";
import { findConnection } from "./connections.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "connections-"));
  mkdirSync(join(home, "connections"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const role = "arn:aws:iam::123456789012:role/service-role/Reader";
const arn = "arn:aws:secretsmanager:us-west-2:123456789012:secret:db";
const keep = (name: string, content: object | string, mode = 0o600) => {
  const file = join(home, "connections", `${name}.json`);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  chmodSync(file, mode);
};
const find = (names: readonly string[], environment = {}, type: ConnectionWish["type"] = "postgresql") =>
  findConnection({ type, names }, role, home, environment);
const usual = { type: "postgresql", host: "db", password: "pass" };

it("finds a connection by its name, a cluster or a secret, in the home and in the environment", () => {
  keep("a", usual);
  keep("b", { ...usual, host: "b", clusterIdentifier: "cluster", secretArn: arn, port: 5433, tls: true });
  expect(find(["a"])).toEqual({ ...usual, name: "a" });
  const b = { ...usual, host: "b", port: 5433, tls: true, name: "b" };
  expect(find(["cluster"])).toEqual(b);
  expect(find(["unknown", arn])).toEqual(b);
  const environment = { SAGEBRUSH_CONNECTION_BIG_DB: JSON.stringify({ ...usual, host: "big", tls: false }) };
  expect(find(["big-db"], environment)).toEqual({ ...usual, host: "big", name: "big-db" });
});

it("has what Snowflake alone needs, and TLS unless it says otherwise", () => {
  const flakes = {
    type: "snowflake",
    host: "acme.snowflakecomputing.com",
    user: "reader",
    privateKey: "pem",
    role: "R",
  };
  keep("a", flakes);
  expect(find(["a"], {}, "snowflake")).toEqual({ ...flakes, name: "a", tls: true });
  keep("a", { ...flakes, tls: false });
  expect(find(["a"], {}, "snowflake")).toEqual({ ...flakes, name: "a" });
  keep("a", { ...flakes, tls: { ca: "pem" } });
  expect(() => find(["a"], {}, "snowflake")).toThrow(/"tls" must be true or false for snowflake/);
  keep("a", { ...usual, warehouse: "W" });
  expect(() => find(["a"])).toThrow(/has a member "warehouse"/);
});

it("is for the roles that it names", () => {
  keep("a", { ...usual, roles: ["Other"] });
  expect(() => find(["a"])).toThrow(
    /The connection a is not for the role arn:aws:iam::123456789012:role\/service-role\/Reader/,
  );
  keep("a", { ...usual, roles: [role] });
  expect(find(["a"]).host).toBe("db");
});

it.each<readonly [string, object | string, RegExp]>([
  ["no JSON", "{pass", /^connections\/a\.json is no object of JSON\.$/],
  ["another type", { ...usual, type: "oracle" }, /"type" must be one of postgresql, redshift, mysql/],
  ["no host", { ...usual, host: undefined }, /"host" must be/],
  ["a port", { ...usual, port: "5432" }, /"port" must be a number from 1 to 65535/],
  ["a member", { ...usual, pasword: "pass" }, /has a member "pasword"; the members are host/],
  ["TLS", { ...usual, tls: "yes" }, /"tls" must be true, false, or/],
])("refuses a file with %s that is wrong, without what it holds", (_, content, message) => {
  keep("a", content);
  expect(() => find(["a"])).toThrow(message);
});

it("refuses a file that others can read, one of another type, and names what there is", () => {
  keep("a", usual);
  expect(() => find(["a"], {}, "mysql")).toThrow(
    /The connection a is one of postgresql, and the source is one of mysql/,
  );
  expect(() => find(["b", arn])).toThrow(/There is no connection for "b", "arn:.*"; the connections are: a\. Write/);
  expect(() => find([])).toThrow(/The source names no connection; give its "connectionName"/);
  keep("a", usual, 0o640);
  expect(() => find(["a"])).toThrow(/chmod 600 connections\/a\.json/);
});
