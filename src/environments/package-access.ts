import { existsSync } from "node:fs";
import type { PackageAccess } from "./environment-plan.ts";

/** Variables that tell pip and uv how to reach a package index: its address, a proxy, certificates. */
const named = /^(PIP|UV)_|^(SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$|^(HTTPS?|ALL|NO)_PROXY$/i;

/** Variables among these that no run gets: they name the user's folders, change how packages install, or publish. */
const left =
  /^(UV_(PUBLISH|CACHE_DIR|PROJECT|PYTHON|TOOL|.*ENVIRONMENT|LINK_MODE|WORKING).*|PIP_(TARGET|PREFIX|USER|CACHE_DIR|REQUIRE_VIRTUALENV|LOG).*)$/;

/**
 * Takes from the server's environment the variables that an installer in a run needs; a run gets no others. With a
 * folder of wheels the installer asks no index.
 */
export function packageAccess(
  environment: Readonly<Record<string, string | undefined>>,
  wheels: string | undefined,
): PackageAccess {
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && named.test(entry[0]) && !left.test(entry[0]),
  );
  const offline = {
    PIP_NO_INDEX: "1",
    PIP_FIND_LINKS: wheels,
    UV_NO_INDEX: "1",
    UV_FIND_LINKS: wheels,
    UV_OFFLINE: "1",
  };
  return { ...Object.fromEntries(entries), ...(wheels ? (offline as Record<string, string>) : {}) };
}

/** Removes user names, passwords and tokens, for the user's own code. */
export const openAccess = (access: PackageAccess): PackageAccess =>
  Object.fromEntries(
    Object.entries(access)
      .filter(([name]) => !/USERNAME|PASSWORD|TOKEN|KEYRING/i.test(name))
      .map(([name, value]) => [name, value.replace(/(\/\/)[^/@\s]*@/g, "$1")]),
  );

/** The names of the variables that have a user name, a password or a token. */
export function secretNames(access: PackageAccess): readonly string[] {
  const open = openAccess(access);
  return Object.keys(access).filter((name) => open[name] !== access[name]);
}

/** The files of certificates that these variables name. */
export const certificateFiles = (access: PackageAccess): string[] => [
  ...new Set(
    ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT"]
      .map((name) => access[name])
      .filter((path): path is string => path !== undefined && existsSync(path)),
  ),
];
