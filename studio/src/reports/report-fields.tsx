import Autosuggest from "@cloudscape-design/components/autosuggest";
import FormField from "@cloudscape-design/components/form-field";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useQuery } from "@tanstack/react-query";
import { OfferedControl } from "../form/offered-control.tsx";
import { locations } from "../form/offers/locations.ts";
import { roles } from "../form/offers/roles.ts";
import { allDatabases, allTables } from "../sql/catalog-source.ts";
import { knownColumns } from "./known-columns.ts";
import type { Problems, WantedReport } from "./make-report.ts";

interface Props {
  readonly wanted: WantedReport;
  readonly problems: Problems;
  readonly change: (values: Partial<WantedReport>) => void;
}

const kinds = [
  { value: "object", label: "An object of S3" },
  { value: "table", label: "A table of the Data Catalog" },
  { value: "query", label: "The rows of a query" },
];

/** What is looked at. */
export function SourceFields({ wanted, problems, change }: Props) {
  const { kind, sql, uri } = wanted;
  return (
    <SpaceBetween size="l">
      <FormField label="Source">
        <RadioGroup
          value={kind}
          items={kinds}
          onChange={({ detail }) => change({ kind: detail.value as WantedReport["kind"] })}
        />
      </FormField>
      {kind === "object" && (
        <FormField label="Object" description="A file of CSV, Parquet, JSON or JSON Lines." errorText={problems.uri}>
          <OfferedControl offer={locations} value={uri} onChange={(value) => change({ uri: String(value) })} />
        </FormField>
      )}
      {kind !== "object" && <CatalogFields {...{ wanted, problems, change }} />}
      {kind === "query" && (
        <FormField label="Query" description="Athena answers it." errorText={problems.sql}>
          <Textarea
            rows={6}
            spellcheck={false}
            placeholder="SELECT * FROM shop.orders WHERE price > 0"
            value={sql}
            onChange={({ detail }) => change({ sql: detail.value })}
          />
        </FormField>
      )}
    </SpaceBetween>
  );
}

const option = (value: string) => ({ value, label: value });

function CatalogFields({ wanted: { database, kind, table }, problems, change }: Props) {
  const databases = useQuery({ queryKey: ["glue/database", "choice"], queryFn: allDatabases });
  const tables = useQuery({
    queryKey: ["glue/table", "choice", database],
    queryFn: () => allTables(database),
    enabled: database !== "",
  });
  const isTable = kind === "table";
  return (
    <>
      <FormField
        label={isTable ? "Database" : <>Database {optional}</>}
        description={isTable ? undefined : "Of names without one in the query."}
        errorText={problems.database}
      >
        <Select
          selectedOption={database === "" ? null : option(database)}
          options={(databases.data ?? []).map(option)}
          filteringType="auto"
          placeholder="Choose one"
          statusType={databases.isError ? "error" : databases.isPending ? "loading" : "finished"}
          errorText="They could not be read."
          empty="There is no database yet."
          onChange={({ detail }) => change({ database: detail.selectedOption.value!, table: "" })}
        />
      </FormField>
      {isTable && (
        <FormField label="Table" errorText={problems.table}>
          <Select
            selectedOption={table === "" ? null : option(table)}
            options={(tables.data ?? []).map(option)}
            filteringType="auto"
            placeholder="Choose one"
            disabled={database === ""}
            statusType={tables.isError ? "error" : tables.isLoading ? "loading" : "finished"}
            errorText="They could not be read."
            empty="The database has no table."
            onChange={({ detail }) => change({ table: detail.selectedOption.value! })}
          />
        </FormField>
      )}
    </>
  );
}

const optional = <i>- optional</i>;

const problemTypes = [
  { value: "", label: "As its values tell" },
  { value: "classification", label: "Classification" },
  { value: "regression", label: "Regression" },
] as const;

/** What is to be predicted, and of which rows the report is. */
export function QuestionFields({ wanted, change }: Props) {
  const { database, entire, kind, problem, table, target, uri } = wanted;
  const { data: columns = [] } = useQuery({
    queryKey: ["report", "columns", kind, uri, database, table],
    queryFn: ({ signal }) => knownColumns({ kind, uri, database, table }, signal),
  });
  return (
    <SpaceBetween size="l">
      <FormField
        label={<>Target column {optional}</>}
        description="What is to be predicted: the report then says what each other column tells of it."
      >
        <Autosuggest
          value={target}
          options={columns.map((value) => ({ value }))}
          empty="Type the name of a column."
          enteredTextLabel={(entered) => `Use "${entered}"`}
          onChange={({ detail }) => change({ target: detail.value })}
        />
      </FormField>
      {target !== "" && (
        <FormField label="Problem type">
          <Select
            selectedOption={problemTypes.find(({ value }) => value === problem)!}
            options={problemTypes}
            onChange={({ detail }) => change({ problem: detail.selectedOption.value as WantedReport["problem"] })}
          />
        </FormField>
      )}
      <FormField label="Rows">
        <RadioGroup
          value={entire ? "all" : "first"}
          items={[
            { value: "all", label: "All", description: "Models learn from at most 100,000 of them." },
            { value: "first", label: "The first 50,000" },
          ]}
          onChange={({ detail }) => change({ entire: detail.value === "all" })}
        />
      </FormField>
    </SpaceBetween>
  );
}

/** As whom the job runs, and where it leaves the report. */
export const PlaceFields = ({ wanted: { place, role }, problems, change }: Props) => (
  <SpaceBetween size="l">
    <FormField label="Role" description="The job reads as this role." errorText={problems.role}>
      <OfferedControl offer={roles} value={role} onChange={(value) => change({ role: String(value) })} />
    </FormField>
    <FormField label="Reports go to" description="Each into a folder of its own." errorText={problems.place}>
      <OfferedControl offer={locations} value={place} onChange={(value) => change({ place: String(value) })} />
    </FormField>
  </SpaceBetween>
);
