import { boolean, choice, integer, list, number, type Param, text } from "../../../src/base/params.ts";

/** An image as fields offer it. */
export interface ImageFacts {
  /** Repository and tag. */
  readonly image: string;
  readonly parts: readonly ("training" | "serving" | "processing")[];
  /** The row of its hyperparameters; absent for images that run scripts. */
  readonly hyperparameters?: number;
}

/** A hyperparameter, as its algorithm declares it. */
export interface HyperparameterFact {
  readonly allowed: string;
  readonly choices?: readonly string[];
  readonly range?: Param<unknown>["range"];
  readonly required?: true;
  readonly default?: string;
}

export type HyperparameterFacts = Readonly<Record<string, HyperparameterFact>>;

/** Makes the parameter anew that the algorithm declares, so that a text is checked here as in the job. */
export function paramOf({ allowed, choices, range, required }: HyperparameterFact): Param<unknown> {
  const options = required && ({ required } as const);
  const word = choices && choice(choices, options);
  if (word) return allowed.startsWith("a list") ? list(word, options) : word;
  if (range) return range.whole ? integer({ ...range, ...options }) : number({ ...range, ...options } as object);
  return allowed === "true or false" ? boolean(options) : text(options);
}
