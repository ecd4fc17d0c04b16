import { readdirSync, readFileSync, statSync } from "node:fs";
import { constants } from "node:fs/promises";
import { fileIdentity } from "../base/file-identity.ts";

/** Returns the identities of all files that other processes of this run have open to write. */
export function filesBeingWritten(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const pid of numbersIn("/proc")) {
    if (pid === String(process.pid)) continue;
    for (const descriptor of numbersIn(`/proc/${pid}/fd`)) {
      try {
        const flags = Number.parseInt(
          /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, "latin1"))![1]!,
          8,
        );
        if ((flags & (constants.O_WRONLY | constants.O_RDWR)) === 0) continue;
        found.add(fileIdentity(statSync(`/proc/${pid}/fd/${descriptor}`, { bigint: true })));
      } catch {}
    }
  }
  return found;
}

/** A process may end, or close a file, while it is looked at. */
function numbersIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
