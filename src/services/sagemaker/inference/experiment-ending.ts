import { validationFault } from "../../../aws/faults.ts";
import type { InputOf } from "../../../wire/operations.ts";
import { type Ending, variantNames, type WantedExperiment } from "./experiment-document.ts";

type StopExperiment = InputOf<typeof import("@aws-sdk/client-sagemaker"), "StopInferenceExperiment">;

/** Returns the end of an experiment that nobody stopped: its time is over, or it went wrong. */
export const backToFormer = (wanted: WantedExperiment, state: Ending["state"], reason?: string): Ending => ({
  state,
  back: true,
  production: variantNames(wanted).source,
  ...(reason !== undefined && { reason }),
});

/** Returns what a call asks for. @throws Fault when the endpoint would have no variant that answers, or two */
export function askedEnding(wanted: WantedExperiment, input: StopExperiment): Ending {
  const { source, shadow } = variantNames(wanted);
  const { ModelVariantActions: actions, DesiredModelVariants: variants = [] } = input;
  for (const name of Object.keys(actions))
    if (name !== source && name !== shadow)
      throw validationFault(
        `ModelVariantActions has the variant "${name}"; the experiment has "${source}" and "${shadow}".`,
      );
  for (const name of [source, shadow])
    if (actions[name] === undefined)
      throw validationFault(`ModelVariantActions has no action for the variant "${name}".`);
  const promoted = actions[shadow] === "Promote";
  if (actions[source] === "Promote")
    throw validationFault(
      `The variant "${source}" is the production variant already; only the shadow variant can be promoted.`,
    );
  if (promoted && actions[source] === "Retain")
    throw validationFault(
      `The variants "${source}" and "${shadow}" would both be production variants. Remove "${source}" to promote "${shadow}".`,
    );
  if (!promoted && actions[source] === "Remove")
    throw validationFault(`The endpoint would have no production variant. Retain "${source}", or promote "${shadow}".`);
  const staying = promoted ? [shadow] : actions[shadow] === "Retain" ? [source, shadow] : [source];
  for (const { VariantName } of variants)
    if (!staying.includes(VariantName!))
      throw validationFault(
        `DesiredModelVariants has the variant "${VariantName}"; after the experiment there is ${staying.map((name) => `"${name}"`).join(" and ")}.`,
      );
  return {
    state: input.DesiredState ?? "Cancelled",
    ...(input.Reason !== undefined && { reason: input.Reason }),
    production: staying[0]!,
    ...(staying[1] !== undefined && { shadow: staying[1] }),
    ...(variants.length > 0 && { variants }),
  };
}
