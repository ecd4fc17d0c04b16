import { shellWord } from "../base/shell-word.ts";
import type { RunningServer } from "./running-server.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What an AWS client needs in its environment to reach the server, and what must not be there. */
export interface ClientEnvironment {
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
}

/**
 * Variables that would break the signature, give the key an expiry or send a call elsewhere. A pattern may match
 * several.
 */
const strays = [
  /^AWS_SECURITY_TOKEN$/,
  /^AWS_CREDENTIAL_(EXPIRATION|SCOPE)$/,
  /^AWS_ACCOUNT_ID$/,
  /^AWS_DEFAULT_PROFILE$/,
  /^AWS_ENDPOINT_URL_/,
  /^AWS_IGNORE_CONFIGURED_ENDPOINT_URLS$/,
];

/** `present` is the environment to change: its region and its exceptions from the proxy are kept. */
export function clientEnvironment(server: RunningServer, present: Environment): ClientEnvironment {
  const region = present.AWS_REGION || present.AWS_DEFAULT_REGION || server.settings.region;
  const direct = withoutProxy(present.NO_PROXY || present.no_proxy || "", new URL(server.record.url).hostname);
  return {
    set: {
      AWS_ENDPOINT_URL: server.record.url,
      AWS_ACCESS_KEY_ID: server.key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.key.secret,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      NO_PROXY: direct,
      no_proxy: direct,
      // Programs on Rust's object_store, as delta-rs, call no plain address without it.
      ...(server.record.url.startsWith("http:") && { AWS_ALLOW_HTTP: "true" }),
    },
    unset: [
      "AWS_SESSION_TOKEN",
      "AWS_PROFILE",
      ...Object.keys(present)
        .filter((name) => strays.some((stray) => stray.test(name)))
        .sort(),
    ],
  };
}

function withoutProxy(given: string, host: string): string {
  const hosts = given.split(",").map((name) => name.trim());
  return [...new Set([...hosts, host, "127.0.0.1", "localhost"])].filter((name) => name !== "").join(",");
}

/** The forms in which `sagebrush env` prints an environment. */
export const shells = {
  /** Lines for a POSIX shell, to be run by `eval`. */
  posix({ set, unset }: ClientEnvironment): string {
    const exports = Object.entries(set).map(([name, value]) => `export ${name}=${shellWord(value)}`);
    return [...exports, `unset ${unset.join(" ")}`].join("\n");
  },
  /** In fish's single quotes only the quote and the backslash are escaped. */
  fish({ set, unset }: ClientEnvironment): string {
    const quoted = (text: string) => `'${text.replace(/[\\']/g, "\\$&")}'`;
    const exports = Object.entries(set).map(([name, value]) => `set -gx ${name} ${quoted(value)}`);
    return [...exports, ...unset.map((name) => `set -e ${name}`)].join("\n");
  },
  /** In PowerShell's single quotes only the quote itself is doubled. */
  powershell({ set, unset }: ClientEnvironment): string {
    const exports = Object.entries(set).map(([name, value]) => `$env:${name} = '${value.replaceAll("'", "''")}'`);
    return [...exports, ...unset.map((name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`)].join("\n");
  },
  json: (environment: ClientEnvironment): string => JSON.stringify(environment, undefined, 2),
};
