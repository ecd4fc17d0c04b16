/** A program of the product that runs inside a job, in place of what the AWS image holds. */
export interface ImageProgram {
  /** Path of its source below the product's folder: "src/runtimes/algorithm/train.ts". */
  readonly script: string;
  readonly arguments: readonly string[];
}

/** How a job's metrics are read from its log: the first group of the regex is the value. Same shape as in the API. */
export interface MetricDefinition {
  readonly Name: string;
  readonly Regex: string;
}

export interface TrainingImage {
  readonly program: ImageProgram;
  /** The definitions that a job has when it names none. */
  readonly metrics: readonly MetricDefinition[];
  /** Why a job with these hyperparameters cannot be run by this version, in a sentence; undefined when it can. */
  refuses(hyperparameters: Readonly<Record<string, string>>): string | undefined;
}

export interface ServingImage {
  readonly program: ImageProgram;
}

/** What an image can do. */
export type ImagePart = "training" | "serving";

/** One AWS image family: what runs here when a job or a model names one of its images. */
export interface Image {
  readonly unit: "image";
  readonly repository: string;
  /** The tags it answers for. */
  readonly versions: readonly string[];
  /** Absent when the image only serves. */
  readonly training?: TrainingImage;
  /** Absent when the image only trains. */
  readonly serving?: ServingImage;
}

export const defineImage = (image: Omit<Image, "unit">): Image => ({ unit: "image", ...image });

/** All images that have a runtime here. Made by `createImageCatalogue`. */
export interface ImageCatalogue {
  /** By repository and tag, of any account and region; undefined when the URI is none or the image has no runtime. */
  find(uri: string): Image | undefined;
  /** The images that can do that, for messages: "sagemaker-xgboost (1.5-1, 1.7-1), xgboost (1, latest)". */
  describe(part: ImagePart): string;
}

/** ".ts" where the product runs from source, ".js" where it is built. */
const sourceEnding = import.meta.url.slice(import.meta.url.lastIndexOf("."));

/** The command of a program for a run spec; `node` and `productRoot` are absolute paths. */
export const programCommand = (program: ImageProgram, place: { node: string; productRoot: string }): string[] => [
  place.node,
  `${place.productRoot}/${program.script.replace(/\.ts$/, sourceEnding)}`,
  ...program.arguments,
];
