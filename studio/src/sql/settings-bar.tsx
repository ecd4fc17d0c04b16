import { ListWorkGroupsCommand } from "@aws-sdk/client-athena";
import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import { useQuery } from "@tanstack/react-query";
import { call } from "../api/command.ts";
import { OfferedControl } from "../form/offered-control.tsx";
import { locations } from "../form/offers/locations.ts";
import { addressOfUri } from "../s3/s3-address.ts";
import { athena } from "../services/athena.ts";
import { PageLink } from "../values/page-link.tsx";
import { allDatabases } from "./catalog-source.ts";
import { type Output, outputProblem } from "./use-output.ts";

interface Props {
  readonly workGroup: string;
  readonly database: string | undefined;
  readonly output: Output | undefined;
  readonly onWorkGroup: (name: string) => void;
  readonly onDatabase: (name: string) => void;
  /** Whether what is wrong with the place for results is said. */
  readonly isChecked: boolean;
}

async function readGroups(): Promise<string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await call(athena, ListWorkGroupsCommand, { NextToken, MaxResults: 50 });
    names.push(...(page.WorkGroups ?? []).filter(({ State }) => State !== "DISABLED").map(({ Name }) => Name!));
    NextToken = page.NextToken;
  } while (NextToken);
  return names;
}
const options = (names: readonly string[] = []) => names.map((value) => ({ value, label: value }));

/** As what statements are asked: in which database and work group, and where their results go. */
export function SettingsBar({ workGroup, database, output, onWorkGroup, onDatabase, isChecked }: Props) {
  const databases = useQuery({ queryKey: ["glue/database", "choice"], queryFn: allDatabases });
  const groups = useQuery({ queryKey: ["athena/workgroup", "choice"], queryFn: readGroups });
  const statusOf = ({ status }: { readonly status: "pending" | "error" | "success" }) =>
    ({ pending: "loading", error: "error", success: "finished" })[status] as "loading" | "error" | "finished";
  return (
    <div className="sql-settings">
      <FormField label="Database">
        <Select
          selectedOption={database === undefined ? null : { value: database, label: database }}
          options={options(databases.data)}
          filteringType="auto"
          statusType={statusOf(databases)}
          placeholder="Choose one"
          empty="There is no database yet: CREATE DATABASE makes one."
          errorText="They could not be read."
          onChange={({ detail }) => onDatabase(detail.selectedOption.value!)}
        />
      </FormField>
      <FormField label="Work group">
        <Select
          selectedOption={{ value: workGroup, label: workGroup }}
          options={options(groups.data)}
          filteringType={(groups.data?.length ?? 0) > 12 ? "auto" : "none"}
          statusType={statusOf(groups)}
          errorText="They could not be read."
          onChange={({ detail }) => onWorkGroup(detail.selectedOption.value!)}
        />
      </FormField>
      {output?.isGiven ? (
        <FormField label="Results go to">
          <div className="sql-given">
            <PageLink to={addressOfUri(output.location) ?? "/s3"}>{output.location}</PageLink>
          </div>
        </FormField>
      ) : (
        <FormField label="Results go to" errorText={isChecked ? outputProblem(output?.location ?? "") : undefined}>
          <OfferedControl
            offer={locations}
            value={output?.location ?? ""}
            onChange={(value) => output?.choose(String(value))}
          />
        </FormField>
      )}
    </div>
  );
}
