import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { titleOf } from "../values/words.ts";
import {
  comparators,
  type DatasetProblems,
  firstJoin,
  joinTypes,
  type WantedDataset,
  type WantedJoin,
} from "./dataset.ts";
import { Choice, FeatureChoice, GroupChoice } from "./dataset-choices.tsx";
import type { Group } from "./group.ts";

interface Props {
  readonly wanted: WantedDataset;
  readonly base: Group | undefined;
  readonly joined: readonly (Group | undefined)[];
  readonly problems: DatasetProblems;
  readonly change: (values: Partial<WantedDataset>) => void;
}

/** Whose records the rows are, and which of their features. */
export const BaseFields = ({ wanted, base, problems, change }: Props) => (
  <ColumnLayout columns={2}>
    <FormField label="Base group" description="A row for each of its records." errorText={problems.get("base")}>
      <GroupChoice value={wanted.base} onChange={(name) => change({ base: name, features: [] })} />
    </FormField>
    <FormField label="Features of the base" description="All, where none is chosen.">
      <FeatureChoice group={base} value={wanted.features} onChange={(features) => change({ features })} />
    </FormField>
  </ColumnLayout>
);

/** The groups that are joined. */
export function JoinFields({ wanted, base, joined, problems, change }: Props) {
  const { joins } = wanted;
  const set = (index: number, values: Partial<WantedJoin>) =>
    change({ joins: joins.with(index, { ...joins[index]!, ...values }) });
  return (
    <SpaceBetween size="m">
      {joins.map((join, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a join has no other identity, and holds no state
        <fieldset key={index} className="join" aria-label={`Joined group ${index + 1}`}>
          <ColumnLayout columns={2}>
            <FormField label={`Group ${index + 1}`} errorText={problems.get(`joins.${index}.group`)}>
              <GroupChoice value={join.group} onChange={(group) => set(index, { group, features: [], on: "" })} />
            </FormField>
            <FormField label={`Features of group ${index + 1}`} description="All, where none is chosen.">
              <FeatureChoice
                group={joined[index]}
                value={join.features}
                onChange={(features) => set(index, { features })}
              />
            </FormField>
          </ColumnLayout>
          <ColumnLayout columns={4}>
            <FormField label="Base feature">
              <Choice
                values={base?.features.map(({ FeatureName }) => FeatureName!) ?? []}
                none={base ? `${base.identifier}, its identifier` : "Its identifier"}
                value={join.by}
                onChange={(by) => set(index, { by })}
              />
            </FormField>
            <FormField label="Compared by">
              <Choice
                values={comparators}
                show={titleOf}
                value={join.comparator}
                onChange={(comparator) => set(index, { comparator: comparator as WantedJoin["comparator"] })}
              />
            </FormField>
            <FormField label="Feature of the group">
              <Choice
                values={joined[index]?.features.map(({ FeatureName }) => FeatureName!) ?? []}
                none={joined[index] ? `${joined[index].identifier}, its identifier` : "Its identifier"}
                value={join.on}
                onChange={(on) => set(index, { on })}
              />
            </FormField>
            <FormField label="Join">
              <Choice
                values={joinTypes}
                show={titleOf}
                value={join.type}
                onChange={(type) => set(index, { type: type as WantedJoin["type"] })}
              />
            </FormField>
          </ColumnLayout>
          <Button
            formAction="none"
            iconName="remove"
            variant="link"
            ariaLabel={`Remove group ${index + 1}`}
            onClick={() => change({ joins: joins.toSpliced(index, 1) })}
          >
            Remove
          </Button>
        </fieldset>
      ))}
      <Button formAction="none" iconName="add-plus" onClick={() => change({ joins: [...joins, firstJoin] })}>
        Join a group
      </Button>
      <FormField errorText={problems.get("pointInTime")}>
        <Checkbox
          checked={wanted.pointInTime}
          description="Joined records are those whose event is not later than that of the base's record."
          onChange={({ detail }) => change({ pointInTime: detail.checked })}
        >
          Point in time
        </Checkbox>
      </FormField>
    </SpaceBetween>
  );
}

const optional = <i>- optional</i>;

/** Which of the records count. */
export function RecordFilters({ wanted, problems, change }: Props) {
  const text = (name: "asOf" | "from" | "to" | "recent" | "most", label: string, words: string) => (
    <FormField
      label={
        <>
          {label} {optional}
        </>
      }
      description={words}
      errorText={problems.get(name)}
    >
      <Input
        value={wanted[name]}
        placeholder={name === "recent" || name === "most" ? "All" : "2026-01-31T08:00:00Z"}
        autoComplete={false}
        onChange={({ detail }) => change({ [name]: detail.value.trim() })}
      />
    </FormField>
  );
  return (
    <SpaceBetween size="l">
      <ColumnLayout columns={3}>
        {text("asOf", "As of", "What was written later does not count.")}
        {text("from", "Events from", "Earlier ones do not count.")}
        {text("to", "Events to", "Later ones do not count.")}
      </ColumnLayout>
      <ColumnLayout columns={2}>
        {text("recent", "Newest rows of each record", "By their event times.")}
        {text("most", "Rows at most", "Whichever come first.")}
      </ColumnLayout>
      <Checkbox
        checked={wanted.duplicates}
        description="Else the last write of each moment counts."
        onChange={({ detail }) => change({ duplicates: detail.checked })}
      >
        With duplicates
      </Checkbox>
      <Checkbox
        checked={wanted.deleted}
        description="Else nothing counts that came before a record's last deletion."
        onChange={({ detail }) => change({ deleted: detail.checked })}
      >
        With deleted records
      </Checkbox>
    </SpaceBetween>
  );
}
