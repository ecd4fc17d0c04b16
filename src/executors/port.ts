/**
 * An executor runs a command somewhere and lets it outlive the server. A run is one attempt of a job; its id (a ULID) is
 * chosen by the caller and written into the job's document before `start` is called.
 */

/** Nothing of S3 or SageMaker is in here. */
export interface RunSpec {
  /** Program and arguments. Paths of the product itself are absolute on the server's machine. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Seen at `/opt/ml` inside a sandbox; without one the run finds it by SAGEBRUSH_ML_ROOT. Files to lay there first. */
  readonly files: Readonly<Record<string, string>>;
  /** Paths of the host that the run needs besides the system and the product; read-only unless they say otherwise. */
  readonly mounts: readonly { readonly source: string; readonly target: string; readonly writable?: boolean }[];
  readonly limits: { readonly memoryBytes?: number; readonly runtimeSeconds?: number };
  /** `none`: no network but the server's own address. */
  readonly network: "host" | "none";
  /** Seconds between SIGTERM and SIGKILL when the run is stopped or over its runtime. */
  readonly graceSeconds: number;
}

/**
 * What happened, in order. `cursor` continues after an event. States come from the program itself (see
 * runtimes/events.ts) and from the executor: "started" first, with notes for the job's log.
 */
export type RunEvent =
  | { readonly type: "log"; readonly cursor: string; readonly time: number; readonly line: string }
  | {
      readonly type: "state";
      readonly cursor: string;
      /** 1, 2, 3, ... without gaps. */
      readonly number: number;
      readonly time: number;
      readonly state: string;
      readonly detail: Readonly<Record<string, unknown>>;
    }
  | { readonly type: "exit"; readonly cursor: string; readonly time: number; readonly exit: RunExit };

export interface RunExit {
  /** As a shell gives it: 0..255, 128 + signal when killed. */
  readonly code: number;
  /** Why the executor ended it, when it did. */
  readonly reason?: "stopped" | "runtime" | "memory" | "lost";
  readonly time: number;
}

/** `lost`: it was started and its keeper is gone without an exit. `unknown`: never started here, or removed. */
export type RunCondition =
  | { readonly state: "running" }
  | { readonly state: "exited"; readonly exit: RunExit }
  | { readonly state: "lost" }
  | { readonly state: "unknown" };

export interface ExecutorAbilities {
  readonly gpus: boolean;
  readonly nodes: "one" | "many";
  readonly networkIsolation: boolean;
  readonly containers: false | "docker" | "apptainer";
}

export interface Executor {
  readonly name: string;
  readonly abilities: ExecutorAbilities;
  /** Starts a run; the same id twice starts once. */
  start(runId: string, spec: RunSpec): Promise<void>;
  find(runId: string): Promise<RunCondition>;
  /** Follows a run: what is there at once, then live, ending after "exit" (or when the run is lost) or on abort. */
  events(runId: string, after?: string, signal?: AbortSignal): AsyncIterable<RunEvent>;
  /** The path, of this machine and short enough to connect to, of a Unix socket that a run makes below its /opt/ml. */
  socket(runId: string, name: string): string;
  /** Asks it to end: SIGTERM, then SIGKILL after the grace. Returns when asked, not when ended. */
  stop(runId: string, graceSeconds: number): Promise<void>;
  /** Forgets an ended run and everything it left. A running one is killed first. */
  remove(runId: string): Promise<void>;
  /** Ids of all runs that are here, ended or not: what must belong to a document. */
  list(): Promise<readonly string[]>;
}
