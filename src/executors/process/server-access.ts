import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { URL } from "node:url";
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
  const url = urlOf(addressFile);
  return {
    environment: {
      AWS_ENDPOINT_URL: url,
      NO_PROXY: [...new Set([...localNames, new URL(url).hostname])].join(","),
      SAGEBRUSH_ADDRESS_FILE: join(target, basename(addressFile)),
    },
    mounts: [{ source: dirname(addressFile), target }],
  };
}

const urlOf = (addressFile: string): string => readFileSync(addressFile, "utf8").trim();

/** Where a run finds the folder of the socket by which the server is reached. Its inner sandbox does not see it. */
export const relayPlace = "/run/sagebrush/relay";

/**
 * The same for a run that does not have the machine's network: what stages it uses the socket, and takes connections at
 * 127.0.0.1, with the server's port, for the job's own code. A run whose code is isolated has no such port.
 */
export function relayAccess(
  { server, network }: Pick<RunSpec, "server" | "network">,
  addressFile: string,
  relay: string,
): ServerAccess {
  if (!server.address) return noAccess;
  const { port } = new URL(urlOf(addressFile));
  return {
    environment: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      NO_PROXY: localNames.join(","),
      SAGEBRUSH_SERVER_SOCKET: join(relayPlace, basename(relay)),
      ...(network === "host" && { SAGEBRUSH_RELAY_PORT: port }),
    },
    mounts: [{ source: dirname(relay), target: relayPlace }],
  };
}
