import { DescribeTrainingJobCommand, type DescribeTrainingJobResponse } from "@aws-sdk/client-sagemaker";
import Alert from "@cloudscape-design/components/alert";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { keepPreviousData, useQueries } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { call } from "../api/command.ts";
import { curvesQuery } from "../charts/job-curves.ts";
import { LineChart } from "../charts/line-chart.tsx";
import type { Series } from "../charts/series.ts";
import { defineRoom } from "../declare/define-room.ts";
import type { Item } from "../declare/item.ts";
import { detailKey } from "../frame/query.ts";
import { detailAddress, listAddress } from "../frame/screens.ts";
import { useLive } from "../live.ts";
import { sagemaker } from "../services/sagemaker.ts";
import { Cut } from "../values/cut.tsx";
import { number } from "../values/format.ts";
import { PageLink } from "../values/page-link.tsx";
import { Status } from "../values/status.tsx";
import { Value } from "../values/value.tsx";

export const compare = defineRoom({ title: "Compare", area: "", Page });

const kind = "sagemaker/training-job";
const mostCompared = 20;
/** How often the curves of jobs that run are read: each is found in a whole log. */
const curvesMilliseconds = 5_000;

interface Compared {
  readonly name: string;
  /** Absent while it is read, and where it cannot be. */
  readonly job?: DescribeTrainingJobResponse;
  readonly error: Error | null;
  readonly curves: readonly Series[];
}

/** The jobs, each kept up to date by itself: one that is missing leaves the others. */
function useJobs(names: readonly string[]): readonly Compared[] {
  const refetchInterval = useLive({ kind });
  const jobs = useQueries({
    queries: names.map((name) => ({
      queryKey: detailKey(kind, name),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        call(sagemaker, DescribeTrainingJobCommand, { TrainingJobName: name }, signal),
      refetchInterval,
    })),
  });
  const curves = useQueries({
    queries: jobs.map(({ data, error }, index) => ({
      ...curvesQuery((data ?? { TrainingJobName: names[index] }) as Item, curvesMilliseconds),
      enabled: data !== undefined && !error,
      placeholderData: keepPreviousData,
    })),
  });
  return names.map((name, index) => {
    const { data, error } = jobs[index]!;
    return {
      name,
      error,
      ...(data && !error && { job: data }),
      curves: (error ? undefined : curves[index]!.data) ?? [],
    };
  });
}

/** Training jobs side by side: their hyperparameters, those that differ first, their last metrics, their curves. */
function Page() {
  const [search] = useSearchParams();
  const asked = [...new Set(search.getAll("job"))];
  const data = useJobs(asked.slice(0, mostCompared));
  const read = data.flatMap(({ job }) => (job ? [job] : []));
  const hyperparameters = namesOf(read.map(({ HyperParameters }) => HyperParameters ?? {}));
  const metrics = [...new Set(data.flatMap(({ curves }) => curves.map(({ name }) => name)))];
  return (
    <SpaceBetween size="l">
      <Header variant="h1">{data.length === 1 ? "1 training job" : `${data.length} training jobs compared`}</Header>
      {asked.length > data.length && (
        <Alert type="info">{`The address names ${asked.length} jobs; the first ${mostCompared} are compared.`}</Alert>
      )}
      <Table
        items={data}
        trackBy="name"
        ariaLabels={{ tableLabel: "Jobs" }}
        empty={
          <PageLink to={listAddress("training-job")}>Select two or more training jobs, and press Compare</PageLink>
        }
        columnDefinitions={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: ({ name }) => (
              <Cut text={name}>
                <PageLink to={detailAddress("training-job", name)}>{name}</PageLink>
              </Cut>
            ),
          },
          {
            id: "status",
            header: "Status",
            cell: ({ job, error }) =>
              error ? (
                <StatusIndicator type="error">{error.message}</StatusIndicator>
              ) : job ? (
                <Status value={job.TrainingJobStatus!} />
              ) : (
                <Spinner />
              ),
          },
          ...metrics.map((metric) => ({
            id: `metric ${metric}`,
            header: metric,
            cell: ({ curves }: Compared) => {
              const last = curves.find(({ name }) => name === metric)?.points.at(-1);
              return last ? number(last.y) : "-";
            },
          })),
          ...hyperparameters.map((name) => ({
            id: name,
            header: name,
            cell: ({ job }: Compared) => {
              const value = job?.HyperParameters?.[name];
              return <Cut text={value ?? ""}>{<Value value={value} member="" />}</Cut>;
            },
          })),
        ]}
      />
      {metrics.map((metric) => (
        <Container key={metric}>
          <LineChart
            title={metric}
            x="step"
            series={data.flatMap(({ name, curves }) => {
              const points = curves.find((series) => series.name === metric)?.points;
              return points ? [{ name, points }] : [];
            })}
          />
        </Container>
      ))}
    </SpaceBetween>
  );
}

/** Names of all, those with different values first. */
function namesOf(all: readonly Readonly<Record<string, string>>[]): readonly string[] {
  const names = [...new Set(all.flatMap((one) => Object.keys(one)))];
  const differs = (name: string) => new Set(all.map((one) => one[name])).size > 1;
  return [...names.filter(differs), ...names.filter((name) => !differs(name))];
}
