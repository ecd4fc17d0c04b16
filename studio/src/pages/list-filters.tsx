import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useState } from "react";
import type { Filter } from "../declare/define-resource.ts";
import { titleOf } from "../values/words.ts";

interface Props {
  readonly filters: readonly Filter<Record<string, unknown>>[];
  readonly values: Readonly<Record<string, string>>;
  readonly onChange: (values: Readonly<Record<string, string>>) => void;
}

/** Texts and choices by which the server narrows a list. */
export function ListFilters({ filters, values, onChange }: Props) {
  return (
    <SpaceBetween direction="horizontal" size="s" alignItems="end">
      {filters.map((filter) => (
        <One
          key={filter.member}
          filter={filter}
          value={values[filter.member] ?? ""}
          onChange={(value) => onChange({ [filter.member]: value })}
        />
      ))}
    </SpaceBetween>
  );
}

interface OneProps {
  readonly filter: Filter<Record<string, unknown>>;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function One({ filter: { member, title, values }, value, onChange }: OneProps) {
  const [text, setText] = useState(value);
  const words = title ?? (/^name/i.test(member) ? "Name contains" : titleOf(member.replace(/Equals$/, "")));
  if (!values)
    return (
      <TextFilter
        filteringText={text}
        filteringPlaceholder={words}
        filteringAriaLabel={words}
        onChange={({ detail }) => {
          setText(detail.filteringText);
          if (detail.filteringText === "") onChange("");
        }}
        onDelayedChange={({ detail }) => onChange(detail.filteringText)}
      />
    );
  const any = { value: "", label: `${words}: any` };
  const options = values.map((one) => ({ value: one, label: titleOf(one) }));
  return (
    <Select
      ariaLabel={words}
      selectedOption={options.find((option) => option.value === value) ?? any}
      options={[any, ...options]}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? "")}
    />
  );
}
