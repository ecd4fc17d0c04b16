import { machineWarnings } from "../checkup/machine-advice.ts";
import { adviseOnSandbox, sandboxWarning } from "../checkup/sandbox-advice.ts";
import type { Home } from "../home/home.ts";

/** Lines for the person who runs the server. */
export interface Notices {
  /** What stays wrong while the server runs. The first call takes a few milliseconds. */
  warnings(): readonly string[];
  /** The warnings, and a line when the home was upgraded. */
  atStart(): readonly string[];
}

export function createNotices({ path, upgraded }: Pick<Home, "path" | "upgraded">): Notices {
  let found: readonly string[] | undefined;
  function warnings(): readonly string[] {
    const advice = found === undefined ? adviseOnSandbox() : undefined;
    found ??= [...machineWarnings(), ...(advice ? [sandboxWarning(path, advice)] : [])];
    return found;
  }
  const upgrade =
    upgraded &&
    `${path} had format ${upgraded.from} and was upgraded. As it was before, it is in ${upgraded.copy}; remove that when nothing is missing.`;
  return { warnings, atStart: () => (upgrade ? [upgrade, ...warnings()] : warnings()) };
}
