import { existsSync } from "node:fs";
import type { PackageAccess } from "./environment-plan.ts";

/** Variables by which pip and uv reach a package index: its address, a proxy, certificates. */
const named = /^(PIP|UV)_|^(SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$|^(HTTPS?|ALL|NO)_PROXY$/i;

/** Variables among these that are left out: they name the user's folders, change how packages install, or publish. */
const left =
  /^(UV_(PUBLISH|CACHE_DIR|PROJECT|PYTHON|TOOL|.*ENVIRONMENT|LINK_MODE|WORKING).*|PIP_(TARGET|PREFIX|USER|CACHE_DIR|REQUIRE_VIRTUALENV|LOG).*)$/;

/**
 * Takes from the server's environment what an installer in a run needs. A run gets nothing else of it. With a folder of
 * wheels the index is not asked.
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

/** Returns the access without user names, passwords and tokens, for code that is not the product's. */
export const openAccess = (access: PackageAccess): PackageAccess =>
  Object.fromEntries(
    Object.entries(access)
      .filter(([name]) => !/USERNAME|PASSWORD|TOKEN|KEYRING/i.test(name))
      .map(([name, value]) => [name, value.replace(/(\/\/)[^/@\s]*@/g, "$1")]),
  );

/** The files of certificates that these variables name. */
export const certificateFiles = (access: PackageAccess): string[] => [
  ...new Set(
    ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT"]
      .map((name) => access[name])
      .filter((path): path is string => path !== undefined && existsSync(path)),
  ),
];
