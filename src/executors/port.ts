import type { ProductProgram } from "../base/product-program.ts";

/**
 * An executor runs a program somewhere, and the program outlives the server. A run is one attempt of a job; the caller
 * chooses its id (a ULID) and writes it into the run's document before it calls `start`.
 */

/**
 * What a run starts: a command of the machine it runs on, a container image (with a command in place of the image's
 * own), or a program of the product, which the executor finds by itself.
 */
export type RunProgram =
  | { readonly command: readonly string[] }
  | { readonly image: string; readonly command?: readonly string[] }
  | ProductProgram;

type Network = "host" | "none";

export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly writable?: boolean;
  /** Where the inner sandbox shows it, when that is elsewhere: a path of the machine tells the job's owner about it. */
  readonly inside?: string;
}

/**
 * What a run needs. It knows nothing of S3 or SageMaker, and no path of the server's machine except the sources of
 * mounts.
 */
export interface RunSpec {
  readonly program: RunProgram;
  readonly environment: Readonly<Record<string, string>>;
  /** Texts by path below /opt/ml, written before the program starts. The program finds /opt/ml by SAGEBRUSH_ML_ROOT. */
  readonly files: Readonly<Record<string, string>>;
  /** Folders and files of the server's machine that the run needs; read-only unless `writable`. */
  readonly mounts: readonly Mount[];
  readonly limits: RunLimits;
  /** Absent for a run on its own. */
  readonly group?: RunGroup;
  /**
   * For the runs of a group of several hosts, that of the group is there in any case, where the executor has such networks.
   *
   * The network of the job's own code: of what the program starts in its inner sandbox, where it has one, else of the
   * program itself. `none`: a network of its own, in which there is nothing else.
   */
  readonly network: Network;
  /**
   * A Python that the program needs. The executor finds it on the run's machine, or what makes it there, and the program
   * finds that in SAGEBRUSH_PYTHON (see environments/environment-plan.ts).
   */
  readonly python?: PythonNeed;
  /**
   * Whether the program starts what it does not trust in a sandbox inside its own, by the program whose path is in
   * SAGEBRUSH_INNER_SANDBOX. `PROGRAM start [WORDS] -- COMMAND` becomes the command, which sees /opt/ml of the
   * run, its mounts read-only, the system, a /tmp of its own, and nothing else: no other process, no variable and no key
   * of the run. Words:
   *
   *     --folder PATH                  the working folder
   *     --readable FROM TO             a folder or file that is seen too; FROM is where the program sees it
   *     --writable FROM TO             the same, to be written to
   *     --product                      shows the product and its Node
   *     --network host|none            `none`, the default: a network of its own, without any other machine or process;
   *                                    for a run of a group whose hosts have a network, that one whatever is asked for
   *
   * `PROGRAM terminate PID` sends SIGTERM to the command of the started process PID, and to nothing else. When that
   * process is killed, all that it started is.
   *
   * Nothing in the inner sandbox sees the folder of the run's group, SAGEBRUSH_GROUP_FOLDER, nor the program's own
   * folder, SAGEBRUSH_OWN_FOLDER, except what `--readable` shows of it.
   */
  readonly innerSandbox?: boolean;
  /**
   * Whether the program has a folder of its own, SAGEBRUSH_OWN_FOLDER, on the disk of the run, into which the server may
   * put files that must not be written to. One with an inner sandbox always has.
   */
  readonly ownFolder?: boolean;
  readonly server: ServerNeeds;
  /** Seconds between SIGTERM and SIGKILL when the run is stopped or over its runtime. */
  readonly graceSeconds: number;
}

/** What of a spec decides which executor can run it. */
export type RunNeeds = Pick<RunSpec, "program" | "mounts" | "limits" | "group" | "network" | "python" | "innerSandbox">;

/** A Python with the packages of a lock (see environments/locks.ts). */
export interface PythonNeed {
  readonly lock: string;
  /** The wished version, "3.9". Another one that the lock fits is taken where this one is not at hand. */
  readonly version?: string;
}

interface RunLimits {
  /** The program finds it in SAGEBRUSH_CORES. */
  readonly cores?: number;
  /** The program finds it in SAGEBRUSH_MEMORY_BYTES. */
  readonly memoryBytes?: number;
  /** The most processes and threads at a time. No more can be started; a run that stays at the limit is ended. */
  readonly processes?: number;
  /** The most that the run's files may take of the disk. A run that takes more is ended. */
  readonly diskBytes?: number;
  /** GPUs that the program needs, whatever the job's instance type has. */
  readonly gpus?: number;
  readonly runtimeSeconds?: number;
  /**
   * The most seconds between two signs of life of a program that gives them (see runtimes/events.ts). A program that
   * gives none for so long hangs, and is ended.
   */
  readonly silenceSeconds?: number;
  /** The most seconds that the program's own process may be stopped, as by SIGSTOP, where the machine tells. Absent: no limit. */
  readonly stoppedSeconds?: number;
}

/**
 * The runs of one attempt, one per host. They start together, and all end when one of them fails. A host finds the others by
 * their names, algo-1 to algo-SIZE; what the programs of the runs share is in SAGEBRUSH_GROUP_FOLDER.
 */
interface RunGroup {
  readonly id: string;
  /** 0 to size - 1. */
  readonly index: number;
  readonly size: number;
}

/** What a run needs of the server. */
interface ServerNeeds {
  /**
   * Whether the run needs the server's address. If so, the executor sets AWS_ENDPOINT_URL and NO_PROXY and, where the
   * address may change, SAGEBRUSH_ADDRESS_FILE: a file that always holds the current address.
   */
  readonly address: boolean;
  /** Names of the Unix sockets that the run makes in /opt/ml and the server connects to by `reach`. */
  readonly sockets: readonly string[];
}

/**
 * Something that happened to a run. Events are in order, and `cursor` continues after an event. States come from the
 * program itself (see runtimes/events.ts) and from the executor, whose "started" is the first.
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
  /** The exit code as a shell reports it: 0 to 255, 128 + signal for a killed program. */
  readonly code: number;
  /**
   * Why the executor ended the run, if it did. `lost`: no server renewed the home's lease for ten minutes, or the network of its group is gone; `silent`: the program gave no
   * sign of life; `group`: another run of its group failed.
   */
  readonly reason?: "stopped" | "runtime" | "memory" | "processes" | "disk" | "lost" | "silent" | "group";
  readonly time: number;
}

/**
 * `lost`: the run was started and has ended without an exit; `words` is a sentence that says why, as far as the executor
 * can tell. `unknown`: it was never started here, or was removed.
 */
export type RunCondition =
  | { readonly state: "running" }
  | { readonly state: "exited"; readonly exit: RunExit }
  | { readonly state: "lost"; readonly words: string }
  | { readonly state: "unknown" };

/** Where the server connects to a socket of a run. */
export type RunAddress = SocketAddress | { readonly thread: ThreadAddress };

export type SocketAddress = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/** A run in a thread of this process, which is reached by memory that both see. */
export interface ThreadAddress {
  /** The run's id. */
  readonly id: string;
  /** Opens the connection to it, the only one: when it is closed, the run ends. */
  connect(): RunSocket;
  /** Whether it works: by what it does, since nobody can ask it. */
  signOfLife(): "yes" | "no" | "gone";
}

/** What of a socket is used to talk to a run; a socket of Node has all of it. */
export interface RunSocket {
  readonly destroyed: boolean;
  on(event: "data", listener: (bytes: Buffer) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  on(event: "close", listener: () => void): unknown;
  write(bytes: Uint8Array): unknown;
  cork(): void;
  uncork(): void;
  end(): unknown;
  destroy(): unknown;
  ref(): unknown;
  unref(): unknown;
}

export interface RunUsage {
  /** Resident memory of all processes of the run. */
  readonly memoryBytes: number;
  /** The processor time that they have taken so far; absent where the machine does not tell. */
  readonly cpuSeconds?: number;
  /** What the run's files took of the disk when they were last looked at; absent when they were not. */
  readonly diskBytes?: number;
}

/** What an executor can do beyond what every executor must; `choose-executor.ts` compares a spec with it. */
export interface ExecutorAbilities {
  readonly gpus: boolean;
  /** `many`: the runs of a group are placed on as many hosts. */
  readonly nodes: "one" | "many";
  readonly networkIsolation: boolean;
  readonly containers: false | "docker" | "apptainer";
  /** Whether a run can be given folders of the server's machine. */
  readonly mounts: boolean;
  /** Whether a run can be given a Python with packages. */
  readonly python: boolean;
  /** Whether a run can start others in a sandbox inside its own. */
  readonly innerSandbox: boolean;
  /** `shared`: the limit on cores is not enforced. The limit on memory always is. */
  readonly cores: "limited" | "shared";
}

export interface Executor {
  readonly name: string;
  readonly abilities: ExecutorAbilities;
  /** It runs nothing but what names it. */
  readonly onlyWhenNamed?: true;
  /** Says in sentences why its machines keep an ability from it, and what to do; undefined where nothing helps. */
  advise?(ability: keyof ExecutorAbilities): string | undefined;
  /**
   * Looks whether its machines have what the needs name, beyond the abilities. Returns what they lack, and what to do
   * about it.
   */
  lacks(needs: RunNeeds): Promise<string | undefined>;
  /** Starts a run; repeating it with the same id starts nothing more. */
  start(runId: string, spec: RunSpec): Promise<void>;
  find(runId: string): Promise<RunCondition>;
  /**
   * Follows a run: yields past events at once, then new ones, until "exit", until the run is lost, or until the signal
   * aborts. A cursor from before the events that `trim` left continues at the first event left. The last lines of a lost
   * run say why it was lost. A run that shows no sign of its keeper for long is ended, and is lost then.
   */
  events(runId: string, after?: string, signal?: AbortSignal): AsyncIterable<RunEvent>;
  /** Lets the executor drop the lines and states before that cursor, which are not read again. */
  trim(runId: string, cursor: string): Promise<void>;
  /** Returns where the server connects to a socket that the run's spec names. */
  reach(runId: string, socket: string): Promise<RunAddress>;
  /**
   * An optional ability: where this machine has the own folder of a run, SAGEBRUSH_OWN_FOLDER to its program, in which
   * the server may put files; undefined for a run that this executor does not have.
   */
  ownFolder?(runId: string): string | undefined;
  /** Returns what each of these runs uses, for those that are running now. */
  usage(runIds: readonly string[]): Promise<ReadonlyMap<string, RunUsage>>;
  /**
   * Asks a run to end: SIGTERM, then SIGKILL after the grace period. Returns when the run was asked, not when it has
   * ended.
   */
  stop(runId: string, graceSeconds: number): Promise<void>;
  /** Removes a run and everything it left. A running one is killed first. */
  remove(runId: string): Promise<void>;
  /**
   * Returns the ids of all runs that this executor has, ended or not. The sweep removes runs without an "Active"
   * document.
   */
  list(): Promise<readonly string[]>;
}

export type ExecutorChoice = { readonly executor: Executor } | { readonly refusal: string };

/**
 * The executors of a server. `choose` picks one for a new run; the run's document keeps its name, and all later calls
 * about the run go to the executor of that name.
 */
export interface Executors {
  readonly all: readonly Executor[];
  /** `image`: the executor that the image family requires, if any. */
  choose(needs: RunNeeds, image?: string): Promise<ExecutorChoice>;
  /** @throws when this server has no executor of that name */
  named(name: string): Executor;
}
