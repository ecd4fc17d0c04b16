import type { RunSpec } from "../executors/port.ts";

/** A run spec as documents of shape 1 hold it. */
interface FirstSpec extends Omit<RunSpec, "program" | "server" | "group"> {
  readonly command: readonly string[];
}

/**
 * Returns a spec of shape 1 as one of today. Every run of shape 1 gets the server's address; the process executor
 * reaches any socket.
 */
export function upgradedSpec(spec: object): RunSpec {
  const { command, ...rest } = spec as FirstSpec;
  return { ...rest, program: { command }, server: { address: true, sockets: [] } };
}
