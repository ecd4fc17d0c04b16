import { join } from "node:path";
import { defineSystem } from "../define-system.ts";

const copyDependencies = "org.apache.maven.plugins:maven-dependency-plugin:3.6.0:copy-dependencies";

/** A broker of Kafka, whose topics are taken into feature groups. */
export const kafka = defineSystem({
  name: "kafka",
  clients: [],
  isSource: true,
  programs: [
    { command: "java", debian: "openjdk-17-jre-headless", advice: "Install Java 17 or newer" },
    { command: "mvn", debian: "maven", advice: "Install Maven 3.8 or newer" },
  ],
  async install({ fetch, folder, source }) {
    await fetch("mvn", [
      ...["-B", "-q", `-Dmaven.repo.local=${join(folder, "repository")}`, "-f", join(source, "pom.xml")],
      ...[copyDependencies, `-DoutputDirectory=${join(folder, "libraries")}`],
    ]);
  },
});
