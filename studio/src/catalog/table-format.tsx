import Checkbox from "@cloudscape-design/components/checkbox";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { FieldProps } from "../declare/form-group.ts";
import { valueAt } from "../declare/path.ts";
import { useForm } from "../form/form-context.ts";
import { fileFormats, formatOf } from "./file-formats.ts";

const storage = "TableInput.StorageDescriptor";
const properties = "TableInput.Parameters";
const header = "skip.header.line.count";

/** The format of a table's files: its three classes of Hive's, by the name that people know. */
export function TableFormat({ value, onChange, input, label }: FieldProps) {
  const { change } = useForm();
  const chosen = formatOf(valueAt(value, "SerializationLibrary"));
  const parameters = (valueAt(input, properties) ?? {}) as Readonly<Record<string, string>>;
  const setHeader = (hasHeader: boolean) => {
    const { [header]: _, ...others } = parameters;
    const wanted = hasHeader ? { ...others, [header]: "1" } : others;
    change(properties, Object.keys(wanted).length > 0 ? wanted : undefined);
  };
  const options = fileFormats.map(({ title, serde }) => ({ value: serde, label: title }));
  return (
    <SpaceBetween size="xs">
      <Select
        ariaLabel={label}
        selectedOption={options.find((option) => option.value === chosen?.serde) ?? null}
        options={options}
        placeholder="Choose one"
        onChange={({ detail }) => {
          const format = formatOf(detail.selectedOption.value)!;
          onChange({ SerializationLibrary: format.serde, Parameters: format.properties });
          change(`${storage}.InputFormat`, format.input);
          change(`${storage}.OutputFormat`, format.output);
          if (!format.isText) setHeader(false);
        }}
      />
      {chosen?.isText && (
        <Checkbox checked={header in parameters} onChange={({ detail }) => setHeader(detail.checked)}>
          The first line of a file has the names
        </Checkbox>
      )}
    </SpaceBetween>
  );
}
