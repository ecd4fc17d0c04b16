import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { RunSpec } from "../port.ts";

/** What a run on this machine needs to reach the server: variables, and the folder of the address file as a mount. */
export interface ServerAccess {
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: RunSpec["mounts"];
}

const noAccess: ServerAccess = { environment: {}, mounts: [] };
const localNames = ["127.0.0.1", "localhost"];

/** Where a sandbox shows the folder of the address file: its own path is of the server's home. */
export const addressPlace = "/run/sagebrush/address";

/**
 * `addressFile` holds the server's URL. It must be alone in its folder, because the run may read the whole folder.
 * `target`: where the run sees the folder.
 */
export function serverAccess(
  { server }: Pick<RunSpec, "server">,
  addressFile: string,
  target = dirname(addressFile),
): ServerAccess {
  if (!server.address) return noAccess;
  const url = readFileSync(addressFile, "utf8").trim();
  return {
    environment: {
      AWS_ENDPOINT_URL: url,
      NO_PROXY: [...new Set([...localNames, new URL(url).hostname])].join(","),
      SAGEBRUSH_ADDRESS_FILE: join(target, basename(addressFile)),
    },
    mounts: [{ source: dirname(addressFile), target }],
  };
}
