import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQueries } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { useSearchParams } from "react-router";
import { defineRoom } from "../declare/define-room.ts";
import { type Dataset, datasetProblems, type WantedDataset } from "../features/dataset.ts";
import { DatasetCode } from "../features/dataset-code.tsx";
import { BaseFields, JoinFields, RecordFilters } from "../features/dataset-fields.tsx";
import { datasetSql } from "../features/dataset-sql.ts";
import { type Group, groupKind } from "../features/group.ts";
import { keepDataset, keptDataset } from "../features/kept-dataset.ts";
import { readGroup } from "../features/use-group.ts";
import { OfferedControl } from "../form/offered-control.tsx";
import { locations } from "../form/offers/locations.ts";
import { detailKey } from "../frame/query.ts";
import { Failure } from "../pages/failure.tsx";
import { ResultView } from "../sql/result-view.tsx";
import { outputProblem, ownPlace, useOutput } from "../sql/use-output.ts";
import { useRuns } from "../sql/use-runs.ts";
import { Value } from "../values/value.tsx";
import "../features/features.css";
import "../sql/sql.css";

export const featureDataset = defineRoom({ title: "Datasets", area: "Features", Page });

const workGroup = "primary";

/** The groups of a dataset, as far as they are read; no group for the empty name. */
function useGroups(names: readonly string[]) {
  return useQueries({
    queries: names.map((name) => ({
      queryKey: [...detailKey(groupKind, name), "group"],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => readGroup(name, signal),
      enabled: name !== "",
    })),
  });
}

/** A form that joins the records of groups, shows the program and the statement for it, and runs that. */
function Page() {
  const [search, setSearch] = useSearchParams();
  const [wanted, setWanted] = useState<WantedDataset>(() => {
    const base = search.get("base");
    const kept = keptDataset();
    return base === null || base === kept.base ? kept : { ...kept, base, features: [] };
  });
  const [isChecked, setChecked] = useState(false);
  const { runs, isRunning, start, cancel } = useRuns();
  const output = useOutput(workGroup);
  useEffect(() => keepDataset(wanted), [wanted]);
  // What an address asks for is done once.
  useEffect(() => {
    if (search.size > 0) setSearch({}, { replace: true });
  }, [search, setSearch]);

  const read = useGroups([wanted.base, ...wanted.joins.map(({ group }) => group)]);
  const [base, ...joined] = read.map(({ data }) => data);
  const failure = read.find(({ error }) => error)?.error;
  const found = datasetProblems(wanted);
  const noPlace = outputProblem(output?.location ?? "");
  const isWhole = found.size === 0 && base?.table !== undefined && joined.every((group) => group?.table !== undefined);
  const dataset: Dataset | undefined = isWhole ? { wanted, base: base!, joined: joined as Group[] } : undefined;
  const fields = {
    ...{ wanted, base, joined },
    problems: isChecked ? found : new Map([...found].filter(([, words]) => words !== "This is required.")),
    change: (values: Partial<WantedDataset>) => setWanted((before) => ({ ...before, ...values })),
  };
  const make = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (!dataset || noPlace !== undefined) return;
    const text = datasetSql(dataset);
    void start([{ text, from: 0, to: text.length }], {
      workGroup,
      database: dataset.base.table!.database,
      output: output && ownPlace(output),
    });
  };
  const run = runs[0];
  const place = run?.query?.Status?.State === "SUCCEEDED" && run.query.ResultConfiguration?.OutputLocation;
  return (
    <form noValidate onSubmit={make}>
      <SpaceBetween size="l">
        <Header
          variant="h1"
          description="Records of feature groups, joined by their identifiers, as they are or as they were at the moment of each row."
        >
          Datasets
        </Header>
        {failure && <Failure error={failure} />}
        <Container header={<Header variant="h2">Base</Header>}>
          <BaseFields {...fields} />
        </Container>
        <Container header={<Header variant="h2">Joined groups</Header>}>
          <JoinFields {...fields} />
        </Container>
        <Container header={<Header variant="h2">Which records</Header>}>
          <RecordFilters {...fields} />
        </Container>
        <Container header={<Header variant="h2">Result</Header>}>
          <FormField label="The result goes to" errorText={isChecked ? noPlace : undefined}>
            {output?.isGiven ? (
              <Value value={output.location} member="" />
            ) : (
              <OfferedControl
                offer={locations}
                value={output?.location ?? ""}
                onChange={(text) => output?.choose(String(text))}
              />
            )}
          </FormField>
        </Container>
        <DatasetCode dataset={dataset} output={output?.location ?? ""} />
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="primary" loading={isRunning}>
            Make the dataset
          </Button>
          <Button formAction="none" disabled={!isRunning} onClick={() => void cancel()}>
            Cancel
          </Button>
        </SpaceBetween>
        {isChecked && found.size > 0 && (
          <Box variant="p">
            <span role="alert">
              {found.size === 1 ? "One field needs" : `${found.size} fields need`} another value.
            </span>
          </Box>
        )}
        {run && <ResultView run={run} />}
        {place && (
          <Box variant="p">
            It lies at <Value value={place} member="" />.
          </Box>
        )}
      </SpaceBetween>
    </form>
  );
}
