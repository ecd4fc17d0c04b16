/** The settings that services read. `server/settings.ts` says where each comes from. */
export interface ServiceSettings {
  readonly version: string;
  /** Who GetCallerIdentity says the administrator is. */
  readonly administrator: "role" | "root";
  /** Whether a well-formed role ARN must name a role that was made. */
  readonly roles: "any" | "known";
  /** Whether a Describe sent by a waiter is held until the status is final. */
  readonly holdWaiters: boolean;
  /** The server's own address as a job sees it: "http://127.0.0.1:4620". */
  readonly endpoint: () => string;
  /** Signs what a run presents as its own key; see services/run.ts. */
  readonly runSecret: string;
  /** Code passes a named point of a kind's life by this; a test may have the server kill itself there. */
  readonly reached: (point: string) => void;
}
