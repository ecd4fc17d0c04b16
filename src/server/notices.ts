import type { Home } from "./home/home.ts";
import { adviseOnSandbox, sandboxWarning } from "./sandbox-advice.ts";

/** What the person who runs the server should know, a line each. */
export interface Notices {
  /** What is wrong for as long as the server runs. Found at the first call: that takes some milliseconds. */
  warnings(): readonly string[];
  /** The warnings, and what this start has done beyond starting. */
  atStart(): readonly string[];
}

export function createNotices({ path, upgraded }: Pick<Home, "path" | "upgraded">): Notices {
  let found: readonly string[] | undefined;
  function warnings(): readonly string[] {
    const advice = found === undefined ? adviseOnSandbox() : undefined;
    found ??= advice ? [sandboxWarning(path, advice)] : [];
    return found;
  }
  const upgrade =
    upgraded &&
    `${path} had format ${upgraded.from} and was upgraded. As it was before, it is in ${upgraded.copy}; remove that when nothing is missing.`;
  return { warnings, atStart: () => (upgrade ? [upgrade, ...warnings()] : warnings()) };
}
