import { missingNeeds } from "../../executors/process/machine-needs.ts";
import { probeSandbox } from "../../executors/process/probe-sandbox.ts";
import { adviseOnSandbox, type SandboxAdvice } from "../../executors/process/sandbox-advice.ts";
import type { Checkup } from "../checkup/checkup.ts";
import { machineWarnings } from "../checkup/machine-advice.ts";
import type { Home } from "../home/home.ts";
import { exposureWarning } from "./exposure.ts";

/** Lines for the person who runs the server. */
export interface Notices {
  /** What stays wrong while the server runs. The first call takes a few milliseconds. */
  warnings(): readonly string[];
  /** The warnings, and a line when the home was upgraded. */
  atStart(): readonly string[];
}

export function createNotices(
  { path, upgraded, url }: Pick<Home, "path" | "upgraded" | "url">,
  host: string,
  environment: Checkup["environment"],
): Notices {
  let found: readonly string[] | undefined;
  function warnings(): readonly string[] {
    if (found === undefined) {
      const advice = adviseOnSandbox(probeSandbox(environment.PATH));
      const exposure = exposureWarning(host, url());
      found = [
        ...machineWarnings(missingNeeds(environment.PATH)),
        ...(advice ? [sandboxWarning(path, advice)] : []),
        ...(exposure ? [exposure] : []),
      ];
    }
    return found;
  }
  const upgrade =
    upgraded &&
    `${path} had format ${upgraded.from} and was upgraded. As it was before, it is in ${upgraded.copy}; remove that when nothing is missing.`;
  return { warnings, atStart: () => (upgrade ? [upgrade, ...warnings()] : warnings()) };
}

const sandboxWarning = (home: string, { problem, fix }: SandboxAdvice): string =>
  `Warning: jobs run without a sandbox, so their code can read the keys in ${home} (${problem}). ${fix}`;
