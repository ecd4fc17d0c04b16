import type { ProductProgram } from "../base/product-program.ts";
import type { LockName } from "../environments/locks.ts";
import type { EnvironmentProblem } from "../ml/define-algorithm.ts";

/** Reads a metric from a job's log: the first group of the regex is the value. The shape is the API's. */
export interface MetricDefinition {
  readonly Name: string;
  readonly Regex: string;
}

/** The Python in which an image runs a user's script. */
export interface PythonImage {
  readonly lock: LockName;
  /** The version of Python that AWS's image has; another one of the lock's is taken where it is not at hand. */
  readonly python?: string;
  /** Packages whose version in AWS's image differs from the lock's, for the job's log. */
  readonly differs?: string;
}

export interface TrainingImage {
  /** The program that runs inside the job in place of the AWS image's training program. Absent when only scripts run. */
  readonly program?: ProductProgram;
  /** Whether that program works on several hosts together. */
  readonly manyHosts?: true;
  /** Absent when no script can be run. */
  readonly python?: PythonImage;
  /** The definitions that a job without its own gets. */
  readonly metrics: readonly MetricDefinition[];
}

/** What an image does where a serving script has no function of its own for it (runtimes/serving/python). */
export type ScriptFamily = "scikit-learn" | "xgboost" | "pytorch" | "tensorflow" | "huggingface" | "base";

/** How an image serves by a user's script. */
export interface ServingScript {
  readonly python: PythonImage;
  readonly family: ScriptFamily;
  /** What serves in that Python where the model names no program of its own. Absent: the script's functions. */
  readonly server?: ProductProgram;
}

export interface ServingImage {
  /** The program that runs in place of the AWS image's model server. Absent when only scripts serve. */
  readonly program?: ProductProgram;
  /** Absent when no script can serve. */
  readonly script?: ServingScript;
  /**
   * What of a model's environment cannot be honoured: a value that the image does not understand, or what is not built.
   * Undefined when a model server can run with it. Absent when the image reads no variable.
   */
  refuses?(environment: Readonly<Record<string, string>>): EnvironmentProblem | undefined;
}

export interface ProcessingImage {
  /** The Python in which the command of a processing job runs. */
  readonly python: PythonImage;
  /** What runs where the job has no command of its own, in that Python, with the job's arguments. Absent: nothing. */
  readonly program?: ProductProgram;
  /** The command that the image runs where the job has no entry point of its own, with the job's arguments. */
  readonly entryPoint?: readonly string[];
  /** Commands find a Java, and the tools of AWS's Spark images. */
  readonly isSpark?: true;
  /** Whether the program can do its work on a Spark (see images/spark-plan.ts). */
  readonly onSpark?: true;
  /** The program runs a flow: what stages it asks the queries of the flow's sources before. */
  readonly runsFlows?: true;
}

/** Returns how the image serves by a script, where a model with this environment does; undefined where its own program does. */
export const servingScript = (
  { program, script }: ServingImage,
  environment: Readonly<Record<string, string>>,
): ServingScript | undefined => (program === undefined || environment.SAGEMAKER_PROGRAM ? script : undefined);

export type ImagePart = "training" | "serving" | "processing";

/** One image of a family, as a job or a model names it. */
export interface Image {
  /** The only executor that can run it; absent when any can. */
  readonly executor?: string;
  /** Absent when the image only serves. */
  readonly training?: TrainingImage;
  /** Absent when the image only trains. */
  readonly serving?: ServingImage;
  /** Absent when no command of a user's can be run in it. */
  readonly processing?: ProcessingImage;
  /** Why no image of the family can be run, and what to take instead. */
  readonly refusal?: string;
}

/** One AWS image family: what Sagebrush runs when a job or a model names one of its images. */
export interface ImageFamily {
  readonly unit: "image";
  readonly repository: string;
  /** The tags of the family's images, or the versions that `versionOf` finds in them. */
  readonly versions: readonly string[];
  /** The version that a tag names among other things; undefined for a tag that the family has not. */
  versionOf?(tag: string): string | undefined;
  readonly refusal?: string;
  readonly executor?: string;
  /** The parts of the image with this tag. */
  training?(tag: string): TrainingImage;
  serving?(tag: string): ServingImage;
  processing?(tag: string): ProcessingImage;
}

export const defineImage = (image: Omit<ImageFamily, "unit">): ImageFamily => ({ unit: "image", ...image });

/** All images that have a runtime. */
export interface ImageCatalogue {
  /**
   * Finds an image by repository and tag, in any account and region; returns undefined for an invalid URI and for an
   * image without a runtime.
   */
  find(uri: string): Image | undefined;
  /** Says what is known of an image that is not found: "linear-learner is an image of AWS's that is not built here yet". */
  lack(uri: string): string;
  /** Lists the images that have this part, for messages: "sagemaker-xgboost (1.5-1, 1.7-1), xgboost (1, latest)". */
  describe(part: ImagePart): string;
}
