import { existsSync } from "node:fs";
import { join } from "node:path";
import { defineSystem } from "../define-system.ts";
import { trinoVersion } from "./trino-version.ts";

const copyArtifact = "org.apache.maven.plugins:maven-dependency-plugin:3.6.0:copy";

/**
 * The engine whose dialect Athena speaks, a download of 821 MB. What it answered is recorded for the tests of every day. Of its plug-ins only the one for tables in memory is kept.
 */
export const trino = defineSystem({
  name: "trino",
  clients: [],
  isPeer: true,
  programs: [
    { command: "mvn", debian: "maven", advice: "Install Maven 3.8 or newer" },
    { command: "tar", debian: "tar", advice: "Install tar" },
  ],
  async install({ folder, fetch, build }) {
    const archive = join(folder, `trino-server-${trinoVersion}.tar.gz`);
    const artifact = `io.trino:trino-server:${trinoVersion}:tar.gz`;
    if (!existsSync(archive))
      await fetch("mvn", ["-B", "-q", copyArtifact, `-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`]);
    await build("tar", ["-xzf", archive, "-C", folder]);
    const home = `trino-server-${trinoVersion}`;
    await build("sh", [
      "-c",
      `cd '${folder}' && mkdir -p plugin && rm -rf plugin/memory && cp -r ${home}/plugin/memory plugin/ && rm -rf ${home}/plugin`,
    ]);
  },
});
