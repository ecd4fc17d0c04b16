import type { TtlDuration } from "@aws-sdk/client-sagemaker-featurestore-runtime";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";

/** A record's own time to live, as it is written. */
export interface Lifetime {
  readonly value: string;
  readonly unit: string;
}

export const noLifetime: Lifetime = { value: "", unit: "Days" };

const units = ["Seconds", "Minutes", "Hours", "Days", "Weeks"].map((value) => ({ value, label: value }));

/** The time to live that a request says: none for an empty field. */
export function lifetimeOf({ value, unit }: Lifetime): {
  readonly TtlDuration?: TtlDuration;
  readonly problem?: string;
} {
  if (value.trim() === "") return {};
  if (!/^\d{1,9}$/.test(value.trim()) || Number(value) === 0) return { problem: "A whole number from 1, such as 30." };
  return { TtlDuration: { Value: Number(value), Unit: unit as TtlDuration["Unit"] } };
}

interface Props {
  readonly value: Lifetime;
  readonly problem: string | undefined;
  readonly onChange: (value: Lifetime) => void;
}

/** How long after its event a record is there. */
export const LifetimeFields = ({ value, problem, onChange }: Props) => (
  <ColumnLayout columns={2}>
    <FormField
      label={
        <>
          Time to live <i>- optional</i>
        </>
      }
      description="Counted from the event time; else that of the group."
      errorText={problem}
    >
      <Input
        value={value.value}
        inputMode="numeric"
        onChange={({ detail }) => onChange({ ...value, value: detail.value })}
      />
    </FormField>
    <FormField label="Unit of the time to live">
      <Select
        selectedOption={units.find((one) => one.value === value.unit)!}
        options={units}
        onChange={({ detail }) => onChange({ ...value, unit: detail.selectedOption.value! })}
      />
    </FormField>
  </ColumnLayout>
);
