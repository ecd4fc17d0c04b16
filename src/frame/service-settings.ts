/** The settings that services read. `server/settings.ts` says where each comes from. */
export interface ServiceSettings {
  readonly version: string;
  /** Whether GetCallerIdentity shows the administrator as a role or as the account's root. */
  readonly administrator: "role" | "root";
  /** Whether any well-formed role ARN is accepted, or only that of a role that exists. */
  readonly roles: "any" | "known";
  /** Whether a waiter's Describe is held until the status is final. */
  readonly holdWaiters: boolean;
  /** Returns the server's own address as a job sees it: "http://127.0.0.1:4620". */
  readonly endpoint: () => string;
  /** The secret that every run's key is derived from; see runs/run-key.ts. */
  readonly runSecret: string;
  /** Called at the named points of a kind's life, where a test may have the server kill itself. */
  readonly reached: (point: string) => void;
}
