import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useSearchParams } from "react-router";
import type { PanelProps } from "../declare/define-resource.ts";
import { groupOf } from "../features/group.ts";
import { historySql } from "../features/history-sql.ts";
import { RecordForm } from "../features/record-form.tsx";
import { RecordList } from "../features/record-list.tsx";
import type { RecordTexts } from "../features/record-values.ts";
import { RecordView } from "../features/record-view.tsx";
import { QueryPanel } from "../sql/query-panel.tsx";
import { visibleName } from "../values/visible.ts";

/** One record that the address names, or all that there are. */
export default function RecordsBody({ item }: PanelProps) {
  const group = groupOf(item);
  const [search, setSearch] = useSearchParams();
  const shown = search.get("record") ?? "";
  const [text, setText] = useState(shown);
  const [known, setKnown] = useState(shown);
  const [editing, setEditing] = useState<RecordTexts>();
  if (known !== shown) {
    setKnown(shown);
    setText(shown);
  }
  const show = (identifier: string) =>
    setSearch((before) => {
      const after = new URLSearchParams(before);
      for (const name of ["page", "filter"]) after.delete(name);
      identifier === "" ? after.delete("record") : after.set("record", identifier);
      return after;
    });
  return (
    <SpaceBetween size="l">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          show(text);
        }}
      >
        <SpaceBetween direction="horizontal" size="xs" alignItems="end">
          <FormField label={`Record identifier: ${visibleName(group.identifier)}`}>
            <Input
              value={text}
              spellcheck={false}
              autoComplete={false}
              onChange={({ detail }) => setText(detail.value)}
            />
          </FormField>
          <Button>Look up</Button>
          <Button formAction="none" disabled={editing !== undefined} onClick={() => setEditing({})}>
            New record
          </Button>
          {shown !== "" && (
            <Button formAction="none" variant="link" onClick={() => show("")}>
              All records
            </Button>
          )}
        </SpaceBetween>
      </form>
      {editing && (
        <RecordForm
          key={JSON.stringify(editing)}
          group={group}
          start={editing}
          onEnd={(identifier) => {
            setEditing(undefined);
            if (identifier !== undefined) show(identifier);
          }}
        />
      )}
      {shown === "" && group.hasOnline && <RecordList group={group} onShow={show} />}
      {shown === "" && !group.hasOnline && (
        <Box variant="p">The group has no online store: look up an identifier to read its history.</Box>
      )}
      {shown !== "" && group.hasOnline && <RecordView group={group} identifier={shown} onEdit={setEditing} />}
      {shown !== "" && group.table && (
        <SpaceBetween size="s">
          <Header variant="h3" description="Every event that the offline store has; a write is there after seconds.">
            {`History of ${visibleName(shown)}`}
          </Header>
          <QueryPanel
            key={shown}
            database={group.table.database}
            text={historySql(group, shown)}
            submit="Read the history"
          />
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}
