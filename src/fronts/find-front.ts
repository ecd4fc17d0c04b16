import type { RequestHead } from "../wire/wire.ts";
import type { Front } from "./front.ts";

/** Returns a function that finds the front that a request is for. */
export function frontFinder<One extends Pick<Front, "path" | "serves">>(fronts: readonly One[]) {
  const longestFirst = fronts.toSorted((a, b) => b.path.length - a.path.length);
  return (head: RequestHead): One | undefined =>
    longestFirst.find((front) => fits(front.path, head.path) && (front.serves?.(head) ?? true));
}

function fits(pattern: string, path: string): boolean {
  if (!pattern.endsWith("/*")) return path === pattern;
  const top = pattern.slice(0, -2);
  return path.startsWith(top) && (path.length === top.length || path[top.length] === "/");
}
