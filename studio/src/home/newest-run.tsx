import { DescribeTrainingJobCommand } from "@aws-sdk/client-sagemaker";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { call } from "../api/command.ts";
import { jobCurves } from "../charts/job-curves.ts";
import { LineChart, prepareChart } from "../charts/line-chart.tsx";
import type { Item } from "../declare/item.ts";
import { detailAddress } from "../frame/screens.ts";
import { Failure } from "../pages/failure.tsx";
import { sagemaker } from "../services/sagemaker.ts";
import { PageLink } from "../values/page-link.tsx";
import { isUnderWay, Status } from "../values/status.tsx";

/** The newest training job with its curves. */
export function NewestRun({ name, status }: { readonly name: string; readonly status: string }) {
  useEffect(prepareChart, []);
  const { data, error } = useQuery({
    queryKey: ["curves", "newest", name, status],
    queryFn: async () =>
      await jobCurves(
        (await call(sagemaker, DescribeTrainingJobCommand, { TrainingJobName: name })) as unknown as Item,
      ),
    refetchInterval: isUnderWay(status) ? 2_000 : false,
  });
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={<PageLink to={detailAddress("training-job", name)}>{name}</PageLink>}
          info={<Status value={status} />}
        >
          Newest run
        </Header>
      }
    >
      <SpaceBetween size="m">
        {error ? (
          <Failure error={error} />
        ) : !data ? (
          <Spinner />
        ) : data.length > 0 ? (
          <LineChart title={data.map((series) => series.name).join(", ")} series={data} x="step" />
        ) : (
          "It has written no metrics."
        )}
      </SpaceBetween>
    </Container>
  );
}
