import { networkInterfaces } from "node:os";
import { guidePage } from "../../base/guide-path.ts";

const everyAddress = ["0.0.0.0", "::", ""];
const thisMachineAlone = /^(127\.|::1$|localhost$)/;

/**
 * Returns a line for a server that other machines reach: at which address, and that nothing is encrypted; undefined for
 * one that listens to this machine alone. `url` is the server's address as this machine sees it.
 */
export function exposureWarning(host: string, url: string): string | undefined {
  if (thisMachineAlone.test(host)) return undefined;
  const port = url.slice(url.lastIndexOf(":") + 1);
  const addresses = everyAddress.includes(host) ? ownAddresses() : [host];
  const reached = addresses.map((address) => `http://${address}:${port}`).join(", ") || url;
  return `Other machines reach this server at ${reached}. Nothing is encrypted: anyone between can read data and requests. Put a proxy with TLS before it: ${url}${guidePage("operation")} says how.`;
}

/** Returns the addresses of this machine that others may reach, IPv4 first. */
function ownAddresses(): string[] {
  const found = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return found.filter(({ internal, family }) => !internal && family === "IPv4").map(({ address }) => address);
}
