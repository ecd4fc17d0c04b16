import Textarea from "@cloudscape-design/components/textarea";
import type { FieldProps } from "../declare/form-group.ts";

/** A statement in a form. */
export const StatementField = ({ value, onChange, label, invalid }: FieldProps) => (
  <Textarea
    ariaLabel={label}
    invalid={invalid}
    rows={8}
    spellcheck={false}
    value={typeof value === "string" ? value : ""}
    onChange={({ detail }) => onChange(detail.value || undefined)}
  />
);
