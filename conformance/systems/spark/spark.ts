import { join } from "node:path";
import { defineSystem, pinnedClients } from "../define-system.ts";

/** Spark as PyPI has it, on which every step of data preparation is run: 480 MB of packages. */
export const spark = defineSystem({
  name: "spark",
  clients: pinnedClients(
    "spark",
    "requirements.txt",
    { pyspark: "PySpark" },
    (name) => new RegExp(`^${name}==(.+)$`, "m"),
  ),
  programs: [
    { command: "python3", debian: "python3-venv", advice: "Install Python 3.11" },
    { command: "java", debian: "openjdk-17-jre-headless", advice: "Install Java 17" },
  ],
  async install({ folder, source, fetch }) {
    const environment = join(folder, "python");
    await fetch("python3", ["-m", "venv", "--clear", environment]);
    const words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await fetch(join(environment, "bin", "python"), [...words, "-r", join(source, "requirements.txt")]);
  },
});
