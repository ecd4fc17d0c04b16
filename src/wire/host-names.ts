import type { RequestHead } from "./wire.ts";

/** The names by which clients know the server. */
export interface HostNames {
  /** Those that are names and not addresses; S3's clients write a bucket before them. */
  readonly all: readonly string[];
  /**
   * Whether a host is the server's own: one of its names, or an address, which nobody else can lead here. A client that
   * names no host is no browser.
   */
  knows(host: string): boolean;
}

/** @param given names with commas between, as the setting `hostName` has them */
export function createHostNames(given: string): HostNames {
  const names = given.split(",").map((name) => name.trim().toLowerCase());
  const all = ["localhost", ...names.filter((name) => name !== "" && !isAddress.test(name))];
  return { all, knows: (host) => host === "" || all.includes(host) || isAddress.test(host) };
}

/** Returns the host that a request names, without the port, in lower case. */
export const hostOf = ({ headers }: Pick<RequestHead, "headers">): string =>
  (headers.host ?? "").replace(/:\d*$/, "").toLowerCase();

const isAddress = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/;
