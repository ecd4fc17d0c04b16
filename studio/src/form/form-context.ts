import { createContext, useContext, useSyncExternalStore } from "react";
import type { FormState, FormStore } from "./form-store.ts";

const context = createContext<FormStore | undefined>(undefined);

export const FormProvider = context.Provider;

/** The form that a field stands in. */
export function useForm(): FormStore {
  const form = useContext(context);
  if (!form) throw new Error("A field stands in a form.");
  return form;
}

/** A part of what the form holds; what asks for it is drawn anew when that part is another. */
export function useFormPart<Part>(part: (state: FormState) => Part): Part {
  const form = useForm();
  return useSyncExternalStore(form.subscribe, () => part(form.state()));
}
