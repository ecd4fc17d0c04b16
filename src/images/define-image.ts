import type { ProductProgram } from "../base/product-program.ts";

/** How a metric is read from a job's log: the first group of the regex is the value. The shape is that of the API. */
export interface MetricDefinition {
  readonly Name: string;
  readonly Regex: string;
}

export interface TrainingImage {
  /** Runs inside the job in place of the program that the AWS image holds. */
  readonly program: ProductProgram;
  /** The definitions of a job that names none. */
  readonly metrics: readonly MetricDefinition[];
  /** What of these hyperparameters is not built, and what to do instead; undefined when a job can run with them. */
  refuses(
    hyperparameters: Readonly<Record<string, string>>,
  ): { readonly what: string; readonly instead: string } | undefined;
}

export interface ServingImage {
  /** Runs inside the job in place of the program that the AWS image holds. */
  readonly program: ProductProgram;
}

/** What an image can do. */
export type ImagePart = "training" | "serving";

/** One AWS image family: what runs here when a job or a model names one of its images. */
export interface Image {
  readonly unit: "image";
  readonly repository: string;
  /** Its tags. */
  readonly versions: readonly string[];
  /** The only executor that can run the family; absent when any can. */
  readonly executor?: string;
  /** Absent when the image only serves. */
  readonly training?: TrainingImage;
  /** Absent when the image only trains. */
  readonly serving?: ServingImage;
}

export const defineImage = (image: Omit<Image, "unit">): Image => ({ unit: "image", ...image });

/** All images that have a runtime. */
export interface ImageCatalogue {
  /** By repository and tag, of any account and region; undefined for an invalid URI and for an image without a runtime. */
  find(uri: string): Image | undefined;
  /** The images with that part, for messages: "sagemaker-xgboost (1.5-1, 1.7-1), xgboost (1, latest)". */
  describe(part: ImagePart): string;
}
