import { ListEndpointsCommand, ListProcessingJobsCommand, ListTrainingJobsCommand } from "@aws-sdk/client-sagemaker";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { call } from "../api/command.ts";
import { defineRoom } from "../declare/define-room.ts";
import { detailAddress, listAddress } from "../frame/screens.ts";
import { NewestRun } from "../home/newest-run.tsx";
import { useLive } from "../live.ts";
import { Failure } from "../pages/failure.tsx";
import { sagemaker } from "../services/sagemaker.ts";
import { Cut } from "../values/cut.tsx";
import { time } from "../values/format.ts";
import { PageLink } from "../values/page-link.tsx";
import { isUnderWay, Status } from "../values/status.tsx";

export const home = defineRoom({ title: "Home", area: "", Page });

/** A thing that runs or has ended. */
interface Shown {
  readonly path: string;
  readonly title: string;
  readonly name: string;
  readonly status: string;
  readonly created: Date;
}

const newest = { SortBy: "CreationTime", SortOrder: "Descending", MaxResults: 20 } as const;

const useTrainingJobs = () =>
  useQuery({
    queryKey: ["sagemaker/training-job", "home"],
    queryFn: async () => (await call(sagemaker, ListTrainingJobsCommand, newest)).TrainingJobSummaries ?? [],
    refetchInterval: useLive({ kind: "sagemaker/training-job" }),
  });
const useProcessingJobs = () =>
  useQuery({
    queryKey: ["sagemaker/processing-job", "home"],
    queryFn: async () => (await call(sagemaker, ListProcessingJobsCommand, newest)).ProcessingJobSummaries ?? [],
    refetchInterval: useLive({ kind: "sagemaker/processing-job" }),
  });
const useEndpoints = () =>
  useQuery({
    queryKey: ["sagemaker/endpoint", "home"],
    queryFn: async () => (await call(sagemaker, ListEndpointsCommand, newest)).Endpoints ?? [],
    refetchInterval: useLive({ kind: "sagemaker/endpoint" }),
  });

/** What has been read; none where it could not be. */
const shownOf = <T,>({ data, error }: { readonly data: readonly T[] | undefined; readonly error: Error | null }) =>
  error ? [] : (data ?? []);

/** What runs, the newest result with its curve, what ended lately; on an empty server the next step. */
function Page() {
  const training = useTrainingJobs();
  const processing = useProcessingJobs();
  const endpoints = useEndpoints();
  const asked = [training, processing, endpoints];
  // Who may not see one of them may see the others.
  const failures = asked.flatMap(({ error }) => error ?? []);
  if (failures.length === asked.length) return <Failure error={failures[0]!} />;
  if (asked.some(({ isPending }) => isPending)) return <Spinner size="large" />;
  const all: Shown[] = [
    ...shownOf(training).map((job) => ({
      path: "training-job",
      title: "Training job",
      name: job.TrainingJobName!,
      status: job.TrainingJobStatus!,
      created: job.CreationTime!,
    })),
    ...shownOf(processing).map((job) => ({
      path: "processing-job",
      title: "Processing job",
      name: job.ProcessingJobName!,
      status: job.ProcessingJobStatus!,
      created: job.CreationTime!,
    })),
    ...shownOf(endpoints).map((one) => ({
      path: "endpoint",
      title: "Endpoint",
      name: one.EndpointName!,
      status: one.EndpointStatus!,
      created: one.CreationTime!,
    })),
  ].sort((one, other) => other.created.getTime() - one.created.getTime());
  const runs = ({ path, status }: Shown) => isUnderWay(status) || (path === "endpoint" && status === "InService");
  const result = shownOf(training).find((job) => job.TrainingJobStatus !== "Failed");
  if (all.length === 0 && failures.length === 0) return <FirstSteps />;
  return (
    <SpaceBetween size="l">
      <Header variant="h1">Home</Header>
      {failures.map((error) => (
        <Failure key={error.message} error={error} />
      ))}
      <Things title="Running" items={all.filter(runs)} empty="Nothing runs now." />
      {result && <NewestRun name={result.TrainingJobName!} status={result.TrainingJobStatus!} />}
      <Things
        title="Ended lately"
        items={all.filter((one) => !runs(one)).slice(0, 10)}
        empty="Nothing has ended yet."
      />
    </SpaceBetween>
  );
}

function Things({
  title,
  items,
  empty,
}: {
  readonly title: string;
  readonly items: readonly Shown[];
  readonly empty: string;
}) {
  return (
    <Table
      header={
        <Header variant="h2" counter={items.length > 0 ? `(${items.length})` : undefined}>
          {title}
        </Header>
      }
      items={items}
      trackBy={({ path, name }) => `${path} ${name}`}
      ariaLabels={{ tableLabel: title }}
      empty={<Box color="text-body-secondary">{empty}</Box>}
      columnDefinitions={[
        {
          id: "name",
          header: "Name",
          isRowHeader: true,
          minWidth: 200,
          cell: ({ path, name }) => (
            <Cut text={name}>
              <PageLink to={detailAddress(path, name)}>{name}</PageLink>
            </Cut>
          ),
        },
        {
          id: "kind",
          header: "Kind",
          minWidth: 120,
          cell: ({ path, title: kind }) => <PageLink to={listAddress(path)}>{kind}</PageLink>,
        },
        { id: "status", header: "Status", minWidth: 120, cell: ({ status }) => <Status value={status} /> },
        { id: "created", header: "Created", minWidth: 160, cell: ({ created }) => time(created) },
      ]}
    />
  );
}

function FirstSteps() {
  const navigate = useNavigate();
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description="Nothing has run here yet. These are the steps from a file to answers.">
        Welcome to Sagebrush
      </Header>
      <Container header={<Header variant="h2">1. Bring data</Header>}>
        <SpaceBetween size="s">
          <Box>Make a bucket and drop a CSV into it: the value to learn in the first column, no header.</Box>
          <Button variant="primary" onClick={() => navigate("/s3")}>
            Open S3
          </Button>
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">2. Train</Header>}>
        <SpaceBetween size="s">
          <Box>A training job learns from it with XGBoost, or with a program of your own.</Box>
          <Button onClick={() => navigate("/training-job/create")}>Create training job</Button>
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">3. Deploy</Header>}>
        <Box>
          When the job has completed, its page has Deploy: the model answers on an endpoint, which you can test there.
        </Box>
      </Container>
    </SpaceBetween>
  );
}
