import Multiselect from "@cloudscape-design/components/multiselect";
import Select from "@cloudscape-design/components/select";
import { useQuery } from "@tanstack/react-query";
import { allGroups } from "./all-groups.ts";
import { type Group, groupKind } from "./group.ts";
import { typeOf } from "./record-values.ts";

interface ChoiceProps {
  readonly values: readonly string[];
  /** How a value is shown; absent: as it is. */
  readonly show?: (value: string) => string;
  /** What stands for no choice; absent: one is always chosen. */
  readonly none?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function Choice({ values, show = (one) => one, none, value, onChange }: ChoiceProps) {
  const options = [
    ...(none === undefined ? [] : [{ value: "", label: none }]),
    ...values.map((one) => ({ value: one, label: show(one) })),
  ];
  return (
    <Select
      selectedOption={options.find((one) => one.value === value) ?? { value, label: value }}
      options={options}
      filteringType={options.length > 12 ? "auto" : "none"}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? "")}
    />
  );
}

/** A group that has an offline store. */
export function GroupChoice({ value, onChange }: Pick<ChoiceProps, "value" | "onChange">) {
  const { data = [], status } = useQuery({
    queryKey: [groupKind, "choice", "offline"],
    queryFn: () => allGroups(true),
  });
  return (
    <Select
      selectedOption={value === "" ? null : { value, label: value }}
      options={data.map((name) => ({ value: name, label: name }))}
      filteringType="auto"
      filteringAriaLabel="Find a group"
      placeholder="Choose one"
      statusType={status === "pending" ? "loading" : status === "error" ? "error" : "finished"}
      errorText="They could not be read."
      empty="There is no group with an offline store yet."
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? "")}
    />
  );
}

interface FeatureProps {
  readonly group: Group | undefined;
  readonly value: readonly string[];
  readonly onChange: (names: readonly string[]) => void;
}

/** Features of a group, in the order in which they are chosen. */
export function FeatureChoice({ group, value, onChange }: FeatureProps) {
  const options = (group?.features ?? []).map((one) => ({
    value: one.FeatureName!,
    label: one.FeatureName!,
    description: typeOf(one),
  }));
  return (
    <Multiselect
      selectedOptions={value.map((name) => options.find((one) => one.value === name) ?? { value: name, label: name })}
      options={options}
      filteringType={options.length > 12 ? "auto" : "none"}
      filteringAriaLabel="Find a feature"
      disabled={group === undefined}
      placeholder={group ? "All" : "Choose a group first"}
      deselectAriaLabel={({ label }) => `Remove ${label}`}
      onChange={({ detail }) => onChange(detail.selectedOptions.map((one) => one.value!))}
    />
  );
}
