import { fieldPath } from "../form/place-of.ts";
import type { Action, Resource } from "./define-resource.ts";
import type { FormField } from "./form-group.ts";

/** What can be done to a document of a kind. Where to create is to replace, that is how one is edited. */
export function actionsOf({ actions = [], replaced, create, form = [], again }: Resource): readonly Action[] {
  if (!replaced || !create || actions.some(({ command }) => command === create)) return actions;
  // What says which one it is stays as it is.
  const fixed = new Set(Object.keys(replaced({})));
  const groups = form.map(({ title, fields }) => ({
    title,
    fields: (fields as readonly (string | FormField)[]).filter(
      (field) => !fixed.has(fieldPath(field)) && (typeof field === "string" || !field.isName),
    ),
  }));
  const edit: Action = {
    title: "Edit",
    command: create,
    input: (item) => again?.(item) ?? item,
    form: groups.filter(({ fields }) => fields.length > 0),
  };
  return [edit, ...actions];
}
