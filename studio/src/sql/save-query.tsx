import { CreateNamedQueryCommand } from "@aws-sdk/client-athena";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { call } from "../api/command.ts";
import { notify } from "../frame/notices.tsx";
import { forgetKind } from "../frame/query.ts";
import { Confirm } from "../pages/confirm.tsx";
import { athena } from "../services/athena.ts";

interface Props {
  readonly statement: string;
  readonly database: string;
  readonly workGroup: string;
  readonly onEnd: () => void;
}

/** Keeps a statement under a name. */
export function SaveQuery({ statement, database, workGroup, onEnd }: Props) {
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [refused, setRefused] = useState<string>();
  const [busy, setBusy] = useState(false);
  const save = async () => {
    if (name === "") return setRefused("This is required.");
    setBusy(true);
    try {
      await call(athena, CreateNamedQueryCommand, {
        Name: name,
        Description: description || undefined,
        Database: database,
        WorkGroup: workGroup,
        QueryString: statement,
      });
      notify("success", `${name} is saved.`);
      onEnd();
      await forgetKind("athena/named-query");
    } catch (error) {
      setRefused((error as Error).message);
      setBusy(false);
    }
  };
  return (
    <Confirm title="Save the statement" submit="Save" busy={busy} onConfirm={() => void save()} onCancel={onEnd}>
      <SpaceBetween size="m">
        <FormField label="Query name" errorText={refused}>
          <Input
            value={name}
            onChange={({ detail }) => {
              setName(detail.value);
              setRefused(undefined);
            }}
          />
        </FormField>
        <FormField
          label={
            <>
              Description <i>- optional</i>
            </>
          }
        >
          <Input value={description} onChange={({ detail }) => setDescription(detail.value)} />
        </FormField>
      </SpaceBetween>
    </Confirm>
  );
}
