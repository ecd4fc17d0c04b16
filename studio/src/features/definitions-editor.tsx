import { DescribeFeatureGroupCommand, type FeatureDefinition } from "@aws-sdk/client-sagemaker";
import FormField from "@cloudscape-design/components/form-field";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../api/command.ts";
import type { FieldProps } from "../declare/form-group.ts";
import { detailKey } from "../frame/query.ts";
import { sagemaker } from "../services/sagemaker.ts";
import { additionsTo, type DefinitionsRead, definitionsText, readDefinitions } from "./definitions-json.ts";
import { DefinitionsTable } from "./definitions-table.tsx";
import { groupKind } from "./group.ts";

const views = [
  { id: "table", text: "Table" },
  { id: "json", text: "JSON" },
];

/** The definitions of a new group, as rows or as JSON: each has what the other has. */
export const DefinitionsEditor = (props: FieldProps) => <Editor {...props} present={[]} />;

/** Definitions that are added to those of a group. As JSON it is the whole schema, in which those that are there stay. */
export function AdditionsEditor(props: FieldProps) {
  const { FeatureGroupName = "" } = props.input as { FeatureGroupName?: string };
  const { data } = useQuery({
    queryKey: [...detailKey(groupKind, FeatureGroupName), "definitions"],
    queryFn: ({ signal }) => call(sagemaker, DescribeFeatureGroupCommand, { FeatureGroupName }, signal),
    enabled: FeatureGroupName !== "",
  });
  return <Editor {...props} present={data?.FeatureDefinitions ?? []} />;
}

interface EditorProps extends FieldProps {
  /** Definitions that are there, which nothing removes. */
  readonly present: readonly FeatureDefinition[];
}

function Editor({ value, onChange, path, label, present }: EditorProps) {
  const [view, setView] = useState("table");
  // A text that is not read yet stays as it was typed, whichever view is shown.
  const [typed, setTyped] = useState<{ readonly text: string; readonly problem: string }>();
  const added = (value ?? []) as readonly FeatureDefinition[];
  const type = (text: string) => {
    const read = readWhole(text, present);
    if ("problem" in read) {
      setTyped({ text, problem: read.problem });
      onChange(text);
    } else {
      setTyped(undefined);
      setShown(text);
      onChange(read.definitions.length > 0 ? read.definitions : undefined);
    }
  };
  // What was typed is shown with its own spaces as long as it says the same as the rows.
  const [shown, setShown] = useState("");
  const whole = definitionsText([...present, ...added]);
  const isSame = shown !== "" && textOf(readWhole(shown, present)) === definitionsText(added);
  return (
    <SpaceBetween size="s">
      <SegmentedControl
        label={`${label} as`}
        selectedId={typed ? "json" : view}
        options={views}
        onChange={({ detail }) => setView(detail.selectedId)}
      />
      {view === "json" || typed ? (
        <FormField
          label={present.length > 0 ? "The whole schema as JSON" : "Definitions as JSON"}
          description={
            present.length > 0
              ? "What is added to it is added to the group. A definition that is there is neither changed nor removed."
              : "A list of FeatureName and FeatureType: Integral, Fractional or String."
          }
          errorText={typed?.problem}
          constraintText={typed && "The table shows it as soon as it can be read."}
          stretch
        >
          <Textarea
            rows={14}
            spellcheck={false}
            value={typed?.text ?? (isSame ? shown : whole)}
            onChange={({ detail }) => type(detail.value)}
          />
        </FormField>
      ) : (
        <DefinitionsTable path={path} present={present} added={added} />
      )}
    </SpaceBetween>
  );
}

function readWhole(text: string, present: readonly FeatureDefinition[]): DefinitionsRead {
  const read = readDefinitions(text);
  return "problem" in read ? read : additionsTo(present, read.definitions);
}

const textOf = (read: DefinitionsRead) => ("problem" in read ? undefined : definitionsText(read.definitions));
