import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import Textarea from "@cloudscape-design/components/textarea";
import type { ShapeFacts } from "../../../src/wire/constraints/shape-facts.ts";
import type { ScalarShape, Traits } from "../../../src/wire/schema.ts";

export interface ControlProps {
  readonly member: string;
  readonly shape: ScalarShape;
  readonly facts: ShapeFacts;
  readonly traits: Traits;
  readonly value: unknown;
  readonly required: boolean;
  readonly onChange: (value: unknown) => void;
}

/** The control of one value, by its type and what is known of it. */
export function ScalarControl(props: ControlProps) {
  const { shape, facts, value, onChange, member, traits } = props;
  if (facts.values !== undefined) return <Choice {...props} words={facts.values.split("|")} />;
  if (shape.kind === "boolean") return <YesNo {...props} />;
  if (shape.kind === "number")
    return (
      // An input of this type would keep to itself what is no number.
      <Input
        inputMode={facts.number === "integer" || facts.number === "long" ? "numeric" : "decimal"}
        autoComplete={false}
        value={value === undefined ? "" : String(value)}
        onChange={({ detail }) => onChange(detail.value)}
      />
    );
  if (shape.kind === "timestamp")
    return (
      <Input
        value={value instanceof Date ? value.toISOString() : String(value ?? "")}
        placeholder="2026-11-29T14:05:07Z"
        autoComplete={false}
        onChange={({ detail }) => onChange(detail.value)}
      />
    );
  const text = typeof value === "string" ? value : "";
  if (/(Document|Policy|Script|Content|Description)$/.test(member))
    return <Textarea rows={4} value={text} onChange={({ detail }) => onChange(detail.value)} />;
  return (
    <Input
      type={traits.sensitive === undefined ? "text" : "password"}
      autoComplete={false}
      spellcheck={false}
      value={text}
      onChange={({ detail }) => onChange(detail.value)}
    />
  );
}

function Choice({ words, value, required, onChange }: ControlProps & { readonly words: readonly string[] }) {
  const options = words.map((word) => ({ value: word, label: word }));
  const unset = { value: "", label: "Not set" };
  const all = required ? options : [unset, ...options];
  return (
    <Select
      selectedOption={options.find((option) => option.value === value) ?? (required ? null : unset)}
      options={all}
      filteringType={words.length > 12 ? "auto" : "none"}
      placeholder="Choose one"
      onChange={({ detail }) => onChange(detail.selectedOption.value || undefined)}
    />
  );
}

function YesNo(props: ControlProps) {
  const shown = props.value === undefined ? undefined : props.value ? "Yes" : "No";
  return (
    <Choice
      {...props}
      words={["Yes", "No"]}
      value={shown}
      onChange={(word) => props.onChange(word === undefined ? undefined : word === "Yes")}
    />
  );
}
