import { join } from "node:path";
import { defineSystem, pinnedClients } from "../define-system.ts";

/** What starts a script in AWS's own images. It builds a part in C, so it is not among the packages of `npm test`. */
export const trainingToolkit = defineSystem({
  name: "training-toolkit",
  clients: pinnedClients(
    "training-toolkit",
    "requirements.txt",
    { "sagemaker-training": "SageMaker training toolkit" },
    (name) => new RegExp(`^${name}==(\\S+)`, "m"),
  ),
  programs: [
    { command: "python3", debian: "python3-venv", advice: "Install Python 3.11 or newer" },
    { command: "gcc", debian: "gcc", advice: "Install gcc" },
  ],
  async install({ folder, source, fetch }) {
    const environment = join(folder, "python");
    await fetch("python3", ["-m", "venv", "--clear", environment]);
    const words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await fetch(join(environment, "bin", "python"), [...words, "-r", join(source, "requirements.txt")]);
  },
});
