import type { ProductProgram } from "../base/product-program.ts";

/**
 * An executor runs a program somewhere and lets it outlive the server. A run is one attempt of a job; its id (a ULID) is
 * chosen by the caller and written into the run's document before `start` is called.
 */

/**
 * What a run starts: a command of the machine it runs on, a container image (with a command in place of the image's
 * own), or a program of the product, which the executor finds by itself.
 */
export type RunProgram =
  | { readonly command: readonly string[] }
  | { readonly image: string; readonly command?: readonly string[] }
  | ProductProgram;

/** Nothing of S3 or SageMaker is in here, and no path of the server's machine but the sources of mounts. */
export interface RunSpec {
  readonly program: RunProgram;
  readonly environment: Readonly<Record<string, string>>;
  /** Texts by path below /opt/ml, written before the program starts. The program finds /opt/ml by SAGEBRUSH_ML_ROOT. */
  readonly files: Readonly<Record<string, string>>;
  /** Folders and files of the server's machine that the run needs; read-only unless `writable`. */
  readonly mounts: readonly { readonly source: string; readonly target: string; readonly writable?: boolean }[];
  readonly limits: RunLimits;
  /** Absent: the run is alone. */
  readonly group?: RunGroup;
  /** `none`: no network but the server's own address. */
  readonly network: "host" | "none";
  readonly server: ServerNeeds;
  /** Seconds between SIGTERM and SIGKILL when the run is stopped or over its runtime. */
  readonly graceSeconds: number;
}

export interface RunLimits {
  readonly cores?: number;
  readonly memoryBytes?: number;
  /** GPUs that the program needs, not those that the job's instance type would have. */
  readonly gpus?: number;
  readonly runtimeSeconds?: number;
}

/** The runs of one attempt, one a host. They start together and end together when one of them fails. */
export interface RunGroup {
  readonly id: string;
  /** 0 to size - 1. */
  readonly index: number;
  readonly size: number;
}

/** What a run needs of the server. */
export interface ServerNeeds {
  /**
   * Its address: the executor sets AWS_ENDPOINT_URL and NO_PROXY, and where the server may move SAGEBRUSH_ADDRESS_FILE, a
   * file that always holds the address of now.
   */
  readonly address: boolean;
  /** Names of the Unix sockets that the run makes in /opt/ml and the server connects to by `reach`. */
  readonly sockets: readonly string[];
}

/**
 * What happened, in order. `cursor` continues after an event. States come from the program itself (see
 * runtimes/events.ts) and from the executor, whose "started" is the first.
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
  /** Why the executor ended it, when it did; `group`: another run of its group failed. */
  readonly reason?: "stopped" | "runtime" | "memory" | "lost" | "group";
  readonly time: number;
}

/** `lost`: it was started and has ended without an exit. `unknown`: never started here, or removed. */
export type RunCondition =
  | { readonly state: "running" }
  | { readonly state: "exited"; readonly exit: RunExit }
  | { readonly state: "lost" }
  | { readonly state: "unknown" };

/** Where the server connects to a socket of a run. */
export type RunAddress = { readonly socketPath: string } | { readonly host: string; readonly port: number };

export interface RunUsage {
  /** Resident memory of all that belongs to the run. */
  readonly memoryBytes: number;
}

/** What an executor can do beyond what every one must; `choose-executor.ts` compares a spec with it. */
export interface ExecutorAbilities {
  readonly gpus: boolean;
  /** `many`: the runs of a group are placed on as many hosts. */
  readonly nodes: "one" | "many";
  readonly networkIsolation: boolean;
  readonly containers: false | "docker" | "apptainer";
  /** Whether a run can be given folders of the server's machine. */
  readonly mounts: boolean;
  /** `shared`: the limit on cores is not enforced. The limit on memory always is. */
  readonly cores: "limited" | "shared";
}

export interface Executor {
  readonly name: string;
  readonly abilities: ExecutorAbilities;
  /** Starts a run; the same id twice starts once. */
  start(runId: string, spec: RunSpec): Promise<void>;
  find(runId: string): Promise<RunCondition>;
  /**
   * Follows a run: what is there at once, then live, ending after "exit" (or when the run is lost) or on abort. A cursor
   * that lies before what `trim` has left continues at what is left.
   */
  events(runId: string, after?: string, signal?: AbortSignal): AsyncIterable<RunEvent>;
  /** Lines and states up to that cursor are not asked for again: the executor may drop them. */
  trim(runId: string, cursor: string): Promise<void>;
  /** Where the server connects to a socket that the run's spec names. */
  reach(runId: string, socket: string): Promise<RunAddress>;
  /** What those of the runs use that are running now. */
  usage(runIds: readonly string[]): Promise<ReadonlyMap<string, RunUsage>>;
  /** Asks it to end: SIGTERM, then SIGKILL after the grace. Returns when asked, not when ended. */
  stop(runId: string, graceSeconds: number): Promise<void>;
  /** Forgets a run and everything it left. A running one is killed first. */
  remove(runId: string): Promise<void>;
  /** Ids of all runs that are here, ended or not. A run without an "Active" document is removed. */
  list(): Promise<readonly string[]>;
}

export type ExecutorChoice = { readonly executor: Executor } | { readonly refusal: string };

/**
 * The executors of a server. A new run gets one by `choose`; its document keeps the executor's name, and all later calls
 * about the run go to the executor of that name.
 */
export interface Executors {
  readonly all: readonly Executor[];
  /** `image`: the executor that the image family demands, when it does. */
  choose(spec: RunSpec, image?: string): ExecutorChoice;
  /** @throws when this server has no executor of that name */
  named(name: string): Executor;
}
