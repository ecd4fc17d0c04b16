import type { TestServer } from "./server.ts";

/**
 * A kind whose life has named points at which the server is killed. `name` is new at each point; whatever is checked may
 * rely on the kill alone having been different from a life without one.
 */
export interface KilledKind {
  /** What all of this kind stand on; once for a server. */
  prepare(server: TestServer): Promise<void>;
  /** What there must be before a server that is not killed. */
  before?(server: TestServer, name: string, point: string): Promise<void>;
  /** Brings the server to the point; it may be killed while this waits for its answer. */
  cause(server: TestServer, name: string, point: string): Promise<void>;
  /** With the next server: it comes to its end, nothing of it is lost, doubled or left over. */
  check(server: TestServer, name: string, point: string): Promise<void>;
}
