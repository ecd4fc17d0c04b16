import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { quoted } from "../catalog/sql-address.ts";
import { OfferedControl } from "../form/offered-control.tsx";
import { locations } from "../form/offers/locations.ts";
import { Confirm } from "../pages/confirm.tsx";
import { allDatabases } from "./catalog-source.ts";

interface Props {
  /** The query whose rows are kept. */
  readonly statement: string;
  readonly database: string | undefined;
  /** Asks the statement that keeps them. */
  readonly onSave: (statement: string) => void;
  readonly onCancel: () => void;
}

const formats = [
  { value: "PARQUET", label: "Parquet" },
  { value: "JSON", label: "JSON" },
  { value: "TEXTFILE", label: "Text" },
];
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

/** Asks for a name and a place, and keeps the rows of a query as a table. */
export function SaveAsTable({ statement, database, onSave, onCancel }: Props) {
  const [into, setInto] = useState(database);
  const [name, setName] = useState("");
  const [format, setFormat] = useState(formats[0]!);
  const [location, setLocation] = useState("");
  const [isChecked, setChecked] = useState(false);
  const { data: databases = [] } = useQuery({ queryKey: ["glue/database", "choice"], queryFn: allDatabases });
  const save = () => {
    setChecked(true);
    if (into === undefined || name === "") return;
    const place = location === "" ? "" : `, external_location = ${text(location)}`;
    const properties = `format = ${text(format.value)}${place}`;
    onSave(`CREATE TABLE ${quoted(into)}.${quoted(name.toLowerCase())} WITH (${properties}) AS\n${statement}`);
  };
  return (
    <Confirm title="Save as table" submit="Save" busy={false} onConfirm={save} onCancel={onCancel}>
      <SpaceBetween size="m">
        <FormField label="Into database" errorText={isChecked && into === undefined ? "This is required." : undefined}>
          <Select
            selectedOption={into === undefined ? null : { value: into, label: into }}
            options={databases.map((value) => ({ value, label: value }))}
            placeholder="Choose one"
            onChange={({ detail }) => setInto(detail.selectedOption.value)}
          />
        </FormField>
        <FormField label="Table name" errorText={isChecked && name === "" ? "This is required." : undefined}>
          <Input value={name} spellcheck={false} onChange={({ detail }) => setName(detail.value)} />
        </FormField>
        <FormField label="File format">
          <Select
            selectedOption={format}
            options={formats}
            onChange={({ detail }) => setFormat(detail.selectedOption as (typeof formats)[number])}
          />
        </FormField>
        <FormField
          label={
            <>
              Location <i>- optional</i>
            </>
          }
          description="An empty folder of S3. Absent: beside the results."
        >
          <OfferedControl offer={locations} value={location} onChange={(value) => setLocation(String(value))} />
        </FormField>
      </SpaceBetween>
    </Confirm>
  );
}
