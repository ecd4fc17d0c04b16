import { DescribeTrainingJobCommand, type DescribeTrainingJobResponse } from "@aws-sdk/client-sagemaker";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { call } from "../api/command.ts";
import { jobCurves } from "../charts/job-curves.ts";
import { LineChart } from "../charts/line-chart.tsx";
import type { Series } from "../charts/series.ts";
import { defineRoom } from "../declare/define-room.ts";
import type { Item } from "../declare/item.ts";
import { detailAddress } from "../frame/screens.ts";
import { Failure } from "../pages/failure.tsx";
import { sagemaker } from "../services/sagemaker.ts";
import { number } from "../values/format.ts";
import { PageLink } from "../values/page-link.tsx";
import { Status } from "../values/status.tsx";

export const compare = defineRoom({ title: "Compare", area: "", Page });

interface Compared {
  readonly name: string;
  readonly job: DescribeTrainingJobResponse;
  readonly curves: readonly Series[];
}

async function read(name: string): Promise<Compared> {
  const job = await call(sagemaker, DescribeTrainingJobCommand, { TrainingJobName: name });
  return { name, job, curves: await jobCurves(job as unknown as Item) };
}

/** Training jobs side by side: their hyperparameters, those that differ first, their last metrics, their curves. */
function Page() {
  const [search] = useSearchParams();
  const names = search.getAll("job").slice(0, 20);
  const { data, error } = useQuery({ queryKey: ["compare", names], queryFn: () => Promise.all(names.map(read)) });
  if (error) return <Failure error={error} />;
  if (!data) return <Spinner size="large" />;
  const hyperparameters = namesOf(data.map(({ job }) => job.HyperParameters ?? {}));
  const metrics = [...new Set(data.flatMap(({ curves }) => curves.map(({ name }) => name)))];
  return (
    <SpaceBetween size="l">
      <Header variant="h1">{`${data.length} training jobs compared`}</Header>
      <Table
        items={data}
        trackBy="name"
        ariaLabels={{ tableLabel: "Jobs" }}
        columnDefinitions={[
          {
            id: "name",
            header: "Name",
            isRowHeader: true,
            cell: ({ name }) => <PageLink to={detailAddress("training-job", name)}>{name}</PageLink>,
          },
          { id: "status", header: "Status", cell: ({ job }) => <Status value={job.TrainingJobStatus!} /> },
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
            cell: ({ job }: Compared) => job.HyperParameters?.[name] ?? "-",
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
