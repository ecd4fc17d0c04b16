import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Filter } from "../declare/define-resource.ts";
import { titleOf } from "../values/words.ts";
import { AddressFilter } from "./address-filter.tsx";

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
  const words = title ?? (/^name/i.test(member) ? "Name contains" : titleOf(member.replace(/Equals$/, "")));
  if (!values) return <AddressFilter label={words} value={value} onChange={onChange} />;
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
