import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { RunSpec } from "../port.ts";

/** What a run on this machine needs to reach the server: variables, and the folder of the address file as a mount. */
export interface ServerAccess {
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: RunSpec["mounts"];
}

const noAccess: ServerAccess = { environment: {}, mounts: [] };
const localNames = ["127.0.0.1", "localhost"];

/** `addressFile` holds the server's URL. It must be alone in its folder, because the run may read the whole folder. */
export function serverAccess({ server }: Pick<RunSpec, "server">, addressFile: string): ServerAccess {
  if (!server.address) return noAccess;
  const url = readFileSync(addressFile, "utf8").trim();
  const folder = dirname(addressFile);
  return {
    environment: {
      AWS_ENDPOINT_URL: url,
      NO_PROXY: [...new Set([...localNames, new URL(url).hostname])].join(","),
      SAGEBRUSH_ADDRESS_FILE: addressFile,
    },
    mounts: [{ source: folder, target: folder }],
  };
}
