import { existsSync } from "node:fs";

/** Variables by which pip and uv reach a package index: its address, a proxy, certificates. */
const named = /^(PIP|UV)_|^(SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE)$|^(HTTPS?|ALL|NO)_PROXY$/i;

/** Those of them that name folders of the server's user, or that would change what an installation is. */
const left =
  /^(UV_(CACHE_DIR|PROJECT|PYTHON|TOOL|.*ENVIRONMENT|LINK_MODE|WORKING).*|PIP_(TARGET|PREFIX|USER|CACHE_DIR|REQUIRE_VIRTUALENV|LOG).*)$/;

/**
 * Takes from the server's environment what an installer in a run needs. A run gets nothing else of it. With a folder of
 * wheels the index is not asked.
 */
export function packageAccess(
  environment: Readonly<Record<string, string | undefined>>,
  wheels: string | undefined,
): Record<string, string> {
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

/** The files of certificates that these variables name. */
export const certificateFiles = (access: Readonly<Record<string, string>>): string[] => [
  ...new Set(
    ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT"]
      .map((name) => access[name])
      .filter((path): path is string => path !== undefined && existsSync(path)),
  ),
];
