import { createContext, useContext } from "react";
import type { FactFinder } from "../../../src/wire/constraints/shape-facts.ts";

/** What all fields of a form share. */
export interface FormContext {
  readonly facts: FactFinder;
  /** What stands in the fields: the input, or the text that is none yet. */
  readonly draft: object;
  readonly input: object;
  /** Returns what is wrong with a field and is to be shown. */
  problemAt(path: string): string | undefined;
  /** Whether something is wrong below a path, but for what is shown elsewhere: a section that has it opens. */
  hasProblemBelow(path: string, elsewhere?: ReadonlySet<string>): boolean;
  change(path: string, value: unknown): void;
  removeEntry(list: string, index: number): void;
}

const context = createContext<FormContext | undefined>(undefined);

export const FormProvider = context.Provider;

export function useForm(): FormContext {
  const form = useContext(context);
  if (!form) throw new Error("A field stands in a form.");
  return form;
}
