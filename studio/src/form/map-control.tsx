import AttributeEditor from "@cloudscape-design/components/attribute-editor";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";

interface Props {
  readonly value: Readonly<Record<string, string>> | undefined;
  readonly onChange: (value: Readonly<Record<string, string>> | undefined) => void;
  readonly noun: string;
}

type Row = readonly [name: string, value: string];

/** Names and texts, a row each. A row without a name is not sent. */
export function MapControl({ value, onChange, noun }: Props) {
  const [rows, setRows] = useState<readonly Row[]>(() => Object.entries(value ?? {}));
  const set = (next: readonly Row[]) => {
    setRows(next);
    const named = next.filter(([name]) => name !== "");
    onChange(named.length > 0 ? Object.fromEntries(named) : undefined);
  };
  const change = (index: number, row: Row) => set(rows.with(index, row));
  return (
    <AttributeEditor
      items={rows}
      addButtonText={`Add ${noun}`}
      removeButtonText="Remove"
      empty={`No ${noun}.`}
      onAddButtonClick={() => set([...rows, ["", ""]])}
      onRemoveButtonClick={({ detail }) => set(rows.toSpliced(detail.itemIndex, 1))}
      definition={[
        {
          label: "Name",
          control: ([name, text], index) => (
            <Input value={name} onChange={({ detail }) => change(index, [detail.value, text])} />
          ),
        },
        {
          label: "Value",
          control: ([name, text], index) => (
            <Input value={text} onChange={({ detail }) => change(index, [name, detail.value])} />
          ),
        },
      ]}
    />
  );
}
