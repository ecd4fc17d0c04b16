import type { ResourceDocument } from "../../../stores/resources/port.ts";
import type { InputOf } from "../../../wire/operations.ts";

export type WantedExperiment = InputOf<typeof import("@aws-sdk/client-sagemaker"), "CreateInferenceExperiment">;
export type ModelVariant = WantedExperiment["ModelVariants"][number];

/** When an experiment begins and ends, milliseconds since 1970. */
export interface Times {
  readonly start: number;
  readonly end: number;
}

/** What becomes of an endpoint when an experiment on it ends. */
export interface Ending {
  readonly state: "Completed" | "Cancelled";
  readonly reason?: string;
  /** Nobody said what is to become of the variants: the endpoint is as it was before. */
  readonly back?: true;
  /** The variant that answers from then on, and the one that gets copies. */
  readonly production: string;
  readonly shadow?: string;
  /** Other models or instances for them. */
  readonly variants?: readonly ModelVariant[];
}

export interface ActualExperiment extends Times {
  /** The configuration that the endpoint had before. */
  readonly former?: string;
  /** The configuration that the endpoint is to have, and whether it has been told. */
  readonly asked?: { readonly name: string; readonly sent?: true };
  /** The configurations that were made for the experiment. */
  readonly made: readonly string[];
  readonly ending?: Ending;
  /** When it ended, milliseconds since 1970. */
  readonly completed?: number;
  readonly reason?: string;
}

export type ExperimentDocument = ResourceDocument<WantedExperiment, ActualExperiment>;

export const variantNames = ({
  ShadowModeConfig: { SourceModelVariantName, ShadowModelVariants },
}: Pick<WantedExperiment, "ShadowModeConfig">) => ({
  source: SourceModelVariantName!,
  shadow: ShadowModelVariants[0]!.ShadowModelVariantName!,
});

/** Returns the next configuration that an experiment asks for. Its name is the same whenever it is asked for. */
export function askConfig({ id, wanted, actual }: ExperimentDocument): Pick<ActualExperiment, "asked" | "made"> {
  const name = `${wanted.Name.slice(0, 40)}-${id.slice(-12).toLowerCase()}-${actual.made.length + 1}`;
  return { asked: { name }, made: [...actual.made, name] };
}
