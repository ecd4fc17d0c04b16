import type { KeptFolder } from "./kept-folder-plan.ts";
import type { PlannedObjects } from "./objects-plan.ts";
import type { PlannedProgram } from "./planned-program.ts";
import type { PlannedPython } from "./python-plan.ts";
import type { UnpackLimits } from "./unpack-plan.ts";

/**
 * The instructions of the program that stages a training run; its own part is the image's training program, or what runs
 * the user's script. The plan is in `trainingPlanFile` below /opt/ml and holds no secret.
 */
export type TrainingPlan = (PlannedProgram | { readonly script: PlannedScript }) & {
  readonly job: { readonly name: string; readonly arn: string };
  /** Present for a job of several hosts. */
  readonly host?: PlannedHost;
  /** Lines for the beginning of the job's log. Absent in plans of older homes. */
  readonly notes?: readonly string[];
  /**
   * The job's own variables. The platform's variables win over them; in a script's environment only those of the
   * container contract, of the credentials and of the server's address do.
   */
  readonly environment: Readonly<Record<string, string>>;
  readonly channels: readonly PlannedChannel[];
  /** What the mounts of channels on file systems must be. Absent in plans of older homes. */
  readonly fileSystems?: readonly PlannedFileSystem[];
  /** The mounts of the run that the program may write to, where it sees them. */
  readonly writable?: readonly string[];
  readonly output: PlannedOutput;
  /** Seconds from SIGTERM to SIGKILL, when the run is asked to end. Absent in plans of older homes. */
  readonly graceSeconds?: number;
  /** Absent in plans of older homes. */
  readonly kept?: readonly KeptFolder[];
};

/** Which of a job's hosts it is; they count from 0. */
export interface PlannedHost {
  readonly index: number;
  readonly size: number;
}

/** What has been changed of a job that has begun, as a whole: what was not changed stands in it too. */
export interface TrainingNews {
  /** Files of the container contract, by their paths below /opt/ml. */
  readonly files: Readonly<Record<string, string>>;
  readonly kept: readonly KeptFolder[];
}

/** A user's script and the Python environment that runs it. */
export interface PlannedScript extends PlannedPython {
  /** The job's own command line (ContainerEntrypoint). Without it the hyperparameters name the script. */
  readonly command?: readonly string[];
  /** What the archive of the source may unpack to. Absent in plans of older homes. */
  readonly unpacked?: UnpackLimits;
}

export interface PlannedChannel extends PlannedObjects {
  /** The channel's name: its files are in input/data/<name>, its pipes are input/data/<name>_0, _1 and so on. */
  readonly name: string;
  /** Whether the files may be links to what the object store has, where it is on the run's machine. */
  readonly fast?: boolean;
  /** Present where the program reads the objects from pipes, one for each epoch; else they are files. */
  readonly pipe?: PlannedPipe;
}

/** A channel that is a folder of a file system, mounted at input/data/<name>. */
export interface PlannedFileSystem {
  readonly name: string;
  /** Of the folder that the server has checked. Another job may write to its file system, and swap it meanwhile. */
  readonly identity: string;
}

/** How objects are written into pipes. */
export interface PlannedPipe {
  /** Whether the objects are unpacked on the way. */
  readonly gzip?: boolean;
  /** Whether each object, or each attribute of a manifest's line, becomes a record of RecordIO. */
  readonly recordIo?: boolean;
  /** Of each line of an augmented manifest, what is written, in this order. */
  readonly attributes?: readonly string[];
  /** Present where the objects, or lines, have another order in each epoch. */
  readonly shuffleSeed?: number;
}

export interface PlannedOutput {
  readonly bucket: string;
  /** Without a slash at the end: "prefix/job-name/output". */
  readonly prefix: string;
  readonly compression: "GZIP" | "NONE";
}

export const trainingPlanFile = "input/config/training-plan.json";

/** What AWS advises when a job has run out of memory. */
export const memoryAdvice =
  "Please use an instance type with more memory, or reduce the size of training data processed on an instance.";
