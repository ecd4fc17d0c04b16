import { type HostNames, hostOf } from "../wire/host-names.ts";
import type { RequestHead } from "../wire/wire.ts";
import type { Front } from "./front.ts";

/**
 * Returns a function that finds the front that a request is for. A front without a host serves the server's own names: to
 * BUCKET.localhost, its path is a key of S3.
 */
export function frontFinder<One extends Pick<Front, "host" | "path" | "serves">>(
  fronts: readonly One[],
  names: HostNames,
) {
  const longestFirst = fronts.toSorted((a, b) => b.path.length - a.path.length);
  /** Whether a path alone can say that a request is for none. */
  const isApart = (path: string) => path !== "/" && !path.startsWith("/_");
  const areMarked = fronts.every(({ host, path }) => host === undefined && !isApart(path));
  const isUnder = (host: string, front: string | undefined) =>
    names.all.some((name) => host.endsWith(`.${front}.${name}`));
  const isBelow = (host: string) => names.all.some((name) => host.endsWith(`.${name}`));

  return (head: RequestHead): One | undefined => {
    if (areMarked && isApart(head.path)) return undefined;
    const host = hostOf(head);
    const isOwn = names.all.includes(host) || !isBelow(host);
    return longestFirst.find(
      (front) =>
        (front.host === undefined ? isOwn : isUnder(host, front.host)) &&
        fits(front.path, head.path) &&
        (front.serves?.(head) ?? true),
    );
  };
}

function fits(pattern: string, path: string): boolean {
  if (!pattern.endsWith("/*")) return path === pattern;
  const top = pattern.slice(0, -2);
  return path.startsWith(top) && (path.length === top.length || path[top.length] === "/");
}
