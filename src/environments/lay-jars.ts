import { join } from "node:path";
import type { EnvironmentPlan } from "./environment-plan.ts";
import { type InstallerTools, runInstaller } from "./installer.ts";
import type { Lock } from "./locks.ts";
import { installerEnvironment } from "./uv.ts";

const fetcher = join(import.meta.dirname, "fetch_jars.py");

/** Where the files are fetched from. */
const mavenCentral = "https://repo1.maven.org/maven2";

/**
 * Fetches the files of a lock into an environment that is being made. It is done by the environment's own Python, which knows
 * the proxy and the certificates that installers know. A folder of wheels has the files too, by their names alone.
 * @throws EnvironmentFault when one cannot be had, or has another content
 */
export async function layJars(
  plan: EnvironmentPlan,
  python: string,
  { files, folder }: NonNullable<Lock["jars"]>,
  tools: InstallerTools,
): Promise<void> {
  const names = files.map(({ path }) => path.slice(path.lastIndexOf("/") + 1));
  tools.log(`Fetching ${names.join(" and ")} from ${plan.wheels ?? mavenCentral} ...`);
  const words = [fetcher, plan.wheels ?? mavenCentral, folder, ...files.map(({ path, sha256 }) => `${sha256} ${path}`)];
  const what = `The files of ${plan.lock} could not be fetched`;
  await runInstaller([python, "-I", ...words], installerEnvironment(plan), tools, { what });
}
