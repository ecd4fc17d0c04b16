import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { readSettings } from "../server/settings/settings.ts";
import { clientEnvironment, shells } from "./client-environment.ts";
import type { RunningServer } from "./running-server.ts";

const server = (secret: string): RunningServer => ({
  settings: readSettings({ region: "eu-west-1" }, {}),
  record: { pid: 1, started: 0, host: "127.0.0.1", port: 4620, url: "http://127.0.0.1:4620", version: "0" },
  key: { accessKeyId: "SBAKEXAMPLE", secret },
});

test("a shell that runs the lines has exactly these values, whatever characters the secret has", () => {
  const secret = `a'b"c$HOME\`id\`\\;d e&f!`;
  const present = {
    AWS_PROFILE: "work",
    AWS_SESSION_TOKEN: "old",
    AWS_CREDENTIAL_EXPIRATION: "2020-01-01T00:00:00Z",
    AWS_ENDPOINT_URL_S3: "http://other",
  };
  const lines = shells.posix(clientEnvironment(server(secret), present));
  const output = execFileSync("sh", ["-c", `eval "$1"; env`, "sh", lines], {
    env: { ...present, PATH: process.env.PATH },
  });
  const found = Object.fromEntries(
    output
      .toString()
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  expect(found).toMatchObject({
    AWS_ENDPOINT_URL: "http://127.0.0.1:4620",
    AWS_ACCESS_KEY_ID: "SBAKEXAMPLE",
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_REGION: "eu-west-1",
    AWS_DEFAULT_REGION: "eu-west-1",
    NO_PROXY: "127.0.0.1,localhost",
    AWS_ALLOW_HTTP: "true",
  });
  for (const name of Object.keys(present)) expect(found).not.toHaveProperty(name);
});

test("a region and proxy exceptions that are there stay", () => {
  const { set } = clientEnvironment(server("secret"), {
    AWS_DEFAULT_REGION: "us-west-2",
    NO_PROXY: "intern, 127.0.0.1",
  });
  expect(set).toMatchObject({ AWS_REGION: "us-west-2", NO_PROXY: "intern,127.0.0.1,localhost" });
});

test("other shells get the same values in their own quotes", () => {
  const environment = { set: { KEY: "it's a \\ $HOME" }, unset: ["OLD"] };
  expect(shells.fish(environment)).toBe("set -gx KEY 'it\\'s a \\\\ $HOME'\nset -e OLD");
  expect(shells.powershell(environment)).toBe(
    "$env:KEY = 'it''s a \\ $HOME'\nRemove-Item Env:OLD -ErrorAction SilentlyContinue",
  );
  expect(JSON.parse(shells.json(environment))).toEqual(environment);
});
