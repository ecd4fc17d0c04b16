import AttributeEditor from "@cloudscape-design/components/attribute-editor";
import Input from "@cloudscape-design/components/input";
import { type MapRow, rowProblem, rowsOf } from "./read-draft.ts";

interface Props {
  /** A map, or rows as they are written. */
  readonly value: object | undefined;
  readonly onChange: (rows: readonly MapRow[] | undefined) => void;
  readonly noun: string;
}

/** Names and texts, a row each. */
export function MapControl({ value, onChange, noun }: Props) {
  const rows = rowsOf(value);
  const set = (next: readonly MapRow[]) => onChange(next.length > 0 ? next : undefined);
  const change = (index: number, row: MapRow) => set(rows.with(index, row));
  return (
    <AttributeEditor
      items={rows}
      addButtonText={`Add ${noun}`}
      removeButtonText="Remove"
      removeButtonAriaLabel={([name]) => `Remove ${name || "the row without a name"}`}
      empty={`No ${noun}.`}
      onAddButtonClick={() => set([...rows, ["", ""]])}
      onRemoveButtonClick={({ detail }) => set(rows.toSpliced(detail.itemIndex, 1))}
      definition={[
        {
          label: "Name",
          errorText: (row) => rowProblem(rows, row),
          control: ([name, text], index) => (
            <Input value={name} spellcheck={false} onChange={({ detail }) => change(index, [detail.value, text])} />
          ),
        },
        {
          label: "Value",
          control: ([name, text], index) => (
            <Input
              type={isSecret(name) ? "password" : "text"}
              autoComplete={false}
              value={text}
              spellcheck={false}
              onChange={({ detail }) => change(index, [name, detail.value])}
            />
          ),
        },
      ]}
    />
  );
}

/** Whether a value is for nobody who looks over a shoulder. */
const isSecret = (name: string) => /password|secret/i.test(name);
