import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
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

function One({ filter: { member, title, values, choices }, value, onChange }: OneProps) {
  const words = title ?? (/^name/i.test(member) ? "Name contains" : titleOf(member.replace(/Equals$/, "")));
  if (choices) return <OneOfMany choices={choices} {...{ words, member, value, onChange }} />;
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

interface ManyProps extends Omit<OneProps, "filter"> {
  readonly words: string;
  readonly member: string;
  readonly choices: () => Promise<readonly string[]>;
}

/** A choice of what is there, which is read when the list is opened. */
function OneOfMany({ words, member, choices, value, onChange }: ManyProps) {
  const { data, status } = useQuery({ queryKey: ["choices", member], queryFn: choices, staleTime: 10_000 });
  const any = { value: "", label: `${words}: any` };
  // What an address names is chosen, whether or not it is there.
  const names = new Set([...(value === "" ? [] : [value]), ...(data ?? [])]);
  return (
    <Select
      ariaLabel={words}
      selectedOption={value === "" ? any : { value, label: value }}
      options={[any, ...[...names].map((name) => ({ value: name, label: name }))]}
      filteringType="auto"
      filteringAriaLabel={`Find ${words.toLowerCase()}`}
      statusType={status === "pending" ? "loading" : status === "error" ? "error" : "finished"}
      errorText="They could not be read."
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? "")}
    />
  );
}
