import { closeInherited } from "../../executors/process/close-inherited.ts";

/** Makes a process ready to be a server, before it opens anything. */
export function prepareProcess(): void {
  closeInherited();
  // What the server writes is its user's alone. Keepers give runs the usual mask again.
  process.umask(0o077);
}
