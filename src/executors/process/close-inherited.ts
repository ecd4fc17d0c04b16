import { closeSync, readdirSync, readFileSync } from "node:fs";

const closedByExec = 0o2000000;

/**
 * Closes the files that this process was started with and would hand on to every process that it starts: whoever started
 * the server may have had a secret open, or a lock. What the process opens itself is closed in its children by itself.
 * Only Linux tells which is which.
 */
export function closeInherited(): void {
  if (process.platform !== "linux") return;
  for (const name of readdirSync("/proc/self/fd")) {
    const descriptor = Number(name);
    if (descriptor > 2 && isHandedOn(descriptor)) closeSync(descriptor);
  }
}

function isHandedOn(descriptor: number): boolean {
  try {
    const flags = /^flags:\s+([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, "latin1"))![1]!;
    return (Number.parseInt(flags, 8) & closedByExec) === 0;
  } catch {
    // The folder that was listed is closed by now.
    return false;
  }
}
