import { join } from "node:path";
import { defineSystem, pinnedClients } from "../define-system.ts";

/** s3cmd beyond what conformance/data-clients.test.ts asks of it: both signature versions, parts, sync, tags, ACLs. */
export const s3cmd = defineSystem({
  name: "s3cmd",
  clients: pinnedClients(
    "s3cmd",
    "requirements.txt",
    { s3cmd: "s3cmd" },
    (name) => new RegExp(`^${name}==(\\S+)`, "m"),
  ),
  programs: [{ command: "python3", debian: "python3-venv", advice: "Install Python 3.11 or newer" }],
  async install({ folder, source, fetch }) {
    const environment = join(folder, "python");
    await fetch("python3", ["-m", "venv", "--clear", environment]);
    const words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await fetch(join(environment, "bin", "python"), [...words, "-r", join(source, "requirements.txt")]);
  },
});
