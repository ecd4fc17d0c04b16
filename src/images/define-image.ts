import type { ProductProgram } from "../base/product-program.ts";

/** Reads a metric from a job's log: the first group of the regex is the value. The shape is the API's. */
export interface MetricDefinition {
  readonly Name: string;
  readonly Regex: string;
}

export interface TrainingImage {
  /** The program that runs inside the job in place of the AWS image's training program. */
  readonly program: ProductProgram;
  /** The definitions that a job without its own gets. */
  readonly metrics: readonly MetricDefinition[];
  /** What of these hyperparameters is not built, and what to do instead; undefined when a job can run with them. */
  refuses(
    hyperparameters: Readonly<Record<string, string>>,
  ): { readonly what: string; readonly instead: string } | undefined;
}

interface ServingImage {
  /** The program that runs in place of the AWS image's model server. */
  readonly program: ProductProgram;
}

export type ImagePart = "training" | "serving";

/** One AWS image family: what Sagebrush runs when a job or a model names one of its images. */
export interface Image {
  readonly unit: "image";
  readonly repository: string;
  /** The tags of the family's images. */
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
  /**
   * Finds an image by repository and tag, in any account and region; returns undefined for an invalid URI and for an
   * image without a runtime.
   */
  find(uri: string): Image | undefined;
  /** Lists the images that have this part, for messages: "sagemaker-xgboost (1.5-1, 1.7-1), xgboost (1, latest)". */
  describe(part: ImagePart): string;
}
