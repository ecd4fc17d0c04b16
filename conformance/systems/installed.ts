import type { TestContext } from "vitest";
import type { System } from "./define-system.ts";
import { isInstalled, systemFolder } from "./installation.ts";

/**
 * Gives the folder of an installed system. Without it the test is skipped, and fails when CI is set.
 */
export async function installed(context: TestContext, system: System): Promise<string> {
  if (await isInstalled(system)) return systemFolder(system.name);
  const reason = `${system.name} is not installed: npm run test:systems -- ${system.name} installs it`;
  if (process.env.CI) throw new Error(reason);
  context.skip(reason);
  return "";
}
