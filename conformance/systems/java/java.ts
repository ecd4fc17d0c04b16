import { join } from "node:path";
import { defineSystem, pinnedClients } from "../define-system.ts";

/** Maven's own resolver; what it resolves is then compiled and run without Maven. */
const copyDependencies = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";

/** Programs for AWS's SDK for Java 2 on each of its HTTP stacks. Its SageMaker client is larger than all else together. */
export const java = defineSystem({
  name: "java",
  clients: pinnedClients(
    "java",
    "pom.xml",
    { bom: "AWS SDK for Java 2 (Apache, URL connection, CRT, Netty)" },
    (name) => new RegExp(`<artifactId>${name}</artifactId>\\s*<version>([^<]+)`),
  ),
  programs: [
    { command: "javac", debian: "default-jdk-headless", advice: "Install a JDK of version 17 or newer" },
    { command: "mvn", debian: "maven", advice: "Install Maven 3.8 or newer" },
  ],
  async install({ folder, source, fetch, build }) {
    const libraries = join(folder, "libraries");
    await fetch("mvn", [
      ...["-B", "-q", `-Dmaven.repo.local=${join(folder, "repository")}`, "-f", join(source, "pom.xml")],
      ...[copyDependencies, `-DoutputDirectory=${libraries}`],
    ]);
    const files = ["Client.java", "ObjectCases.java", "ServiceCases.java"].map((name) => join(source, name));
    await build("javac", ["-encoding", "UTF-8", "-cp", join(libraries, "*"), "-d", join(folder, "classes"), ...files]);
  },
});
