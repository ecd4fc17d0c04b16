import { DeleteRecordCommand } from "@aws-sdk/client-sagemaker-featurestore-runtime";
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { call } from "../api/command.ts";
import { notify } from "../frame/notices.tsx";
import { Confirm } from "../pages/confirm.tsx";
import { featureStoreRuntime } from "../services/sagemaker-featurestore-runtime.ts";
import { definitionOf, type Group } from "./group.ts";
import { forgetRecords } from "./record-kind.ts";
import { eventTimeText, timeProblem } from "./record-values.ts";

type Mode = "SoftDelete" | "HardDelete";

const modes: readonly { readonly value: Mode; readonly label: string; readonly description: string }[] = [
  {
    value: "SoftDelete",
    label: "Soft",
    description: "It is answered no more. What comes back needs a later event time.",
  },
  { value: "HardDelete", label: "Hard", description: "Nothing of it stays in the online store." },
];

interface Props {
  readonly group: Group;
  readonly identifier: string;
  readonly onEnd: () => void;
}

/** Asks how a record is to go, and since when. */
export function DeleteRecord({ group, identifier, onEnd }: Props) {
  const type = definitionOf(group, group.eventTime)?.FeatureType ?? "String";
  const [mode, setMode] = useState<Mode>("SoftDelete");
  const [time, setTime] = useState(() => eventTimeText(type, new Date()));
  const [refused, setRefused] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const problem = timeProblem(type, time);
  const remove = async () => {
    if (problem !== undefined) return;
    setBusy(true);
    setRefused(undefined);
    try {
      await call(featureStoreRuntime, DeleteRecordCommand, {
        ...{ FeatureGroupName: group.name, RecordIdentifierValueAsString: identifier },
        ...{ EventTime: time, DeletionMode: mode },
      });
      notify("success", `The record ${identifier} is deleted.`);
      await forgetRecords();
      onEnd();
    } catch (error) {
      setRefused((error as Error).message);
      setBusy(false);
    }
  };
  const isOfTime = refused?.startsWith("EventTime") === true;
  return (
    <Confirm
      title={`Delete the record ${identifier}?`}
      submit="Delete"
      busy={isBusy}
      onConfirm={() => void remove()}
      onCancel={onEnd}
    >
      <SpaceBetween size="m">
        {group.hasOffline && <Box variant="p">The offline store keeps what it has, and is told of the deletion.</Box>}
        <FormField label="Deletion">
          <RadioGroup value={mode} items={[...modes]} onChange={({ detail }) => setMode(detail.value as Mode)} />
        </FormField>
        <FormField
          label="Event time"
          description="What happened earlier stays as it is."
          errorText={problem ?? (isOfTime ? refused : undefined)}
        >
          <Input
            value={time}
            onChange={({ detail }) => {
              setTime(detail.value);
              setRefused(undefined);
            }}
          />
        </FormField>
        {refused !== undefined && !isOfTime && <Alert type="error">{refused}</Alert>}
      </SpaceBetween>
    </Confirm>
  );
}
