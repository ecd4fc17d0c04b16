import { join } from "node:path";
import { defineSystem } from "../define-system.ts";

const copyArtifact = "org.apache.maven.plugins:maven-dependency-plugin:3.6.0:copy";
const iceberg = "1.10.0";

/** Spark with Iceberg's own runtime, which wrote most of the tables that there are: 430 MB of packages and 110 MB of jars. */
export const sparkIceberg = defineSystem({
  name: "spark-iceberg",
  clients: [],
  isPeer: true,
  programs: [
    { command: "python3", debian: "python3-venv", advice: "Install Python 3.11" },
    { command: "mvn", debian: "maven", advice: "Install Maven 3.8 or newer" },
    { command: "java", debian: "openjdk-17-jre-headless", advice: "Install Java 17" },
  ],
  async install({ folder, source, fetch }) {
    const environment = join(folder, "python");
    await fetch("python3", ["-m", "venv", "--clear", environment]);
    const words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await fetch(join(environment, "bin", "python"), [...words, "-r", join(source, "requirements.txt")]);
    for (const artifact of ["iceberg-spark-runtime-3.5_2.12", "iceberg-aws-bundle"])
      await fetch("mvn", [
        ...["-B", "-q", copyArtifact, `-Dartifact=org.apache.iceberg:${artifact}:${iceberg}`],
        `-DoutputDirectory=${join(folder, "jars")}`,
      ]);
  },
});
