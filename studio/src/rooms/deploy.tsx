import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeTrainingJobCommand,
} from "@aws-sdk/client-sagemaker";
import Header from "@cloudscape-design/components/header";
import Spinner from "@cloudscape-design/components/spinner";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearchParams } from "react-router";
import { call } from "../api/command.ts";
import { defineRoom } from "../declare/define-room.ts";
import { OperationForm, type PlannedCall } from "../form/operation-form.tsx";
import { notify } from "../frame/notices.tsx";
import { detailAddress } from "../frame/screens.ts";
import { Failure } from "../pages/failure.tsx";
import { sagemaker } from "../services/sagemaker.ts";

export const deploy = defineRoom({ title: "Deploy", area: "Inference", Page });

/** What serves the artifact of a training job: a model of its image. */
async function modelOf(job: string) {
  const { AlgorithmSpecification, ModelArtifacts, RoleArn } = await call(sagemaker, DescribeTrainingJobCommand, {
    TrainingJobName: job,
  });
  // A framework's image that trains has a sister that serves.
  const Image = AlgorithmSpecification?.TrainingImage?.replace("-training:", "-inference:");
  const container = { Image, ModelDataUrl: ModelArtifacts?.S3ModelArtifacts };
  return { ModelName: job, ExecutionRoleArn: RoleArn, PrimaryContainer: container };
}

/** A model, or the result of a training job, becomes an endpoint: its configuration and itself in one form. */
function Page() {
  const [search] = useSearchParams();
  const navigate = useNavigate();
  const job = search.get("job") ?? undefined;
  const { data: model, error } = useQuery({
    queryKey: ["deploy", job],
    queryFn: () => modelOf(job!),
    enabled: job !== undefined,
  });
  if (error) return <Failure error={error} />;
  if (job !== undefined && !model) return <Spinner size="large" />;
  const ModelName = job ?? search.get("model") ?? undefined;
  const variant = { VariantName: "AllTraffic", InstanceType: "ml.m5.large", InitialInstanceCount: 1 };
  const plan = (input: object): readonly PlannedCall[] => {
    const { EndpointConfigName } = input as { EndpointConfigName?: string };
    const configuration = { command: DeleteEndpointConfigCommand, input: { EndpointConfigName } };
    return [
      ...(model
        ? [{ command: CreateModelCommand, input: model, undo: { command: DeleteModelCommand, input: { ModelName } } }]
        : []),
      { command: CreateEndpointConfigCommand, input, undo: configuration },
      { command: CreateEndpointCommand, input: { EndpointName: EndpointConfigName, EndpointConfigName } },
    ];
  };
  return (
    <OperationForm
      service={sagemaker}
      command={CreateEndpointConfigCommand}
      plan={plan}
      start={{ EndpointConfigName: ModelName, ProductionVariants: [{ ...variant, ...(ModelName && { ModelName }) }] }}
      submit="Deploy"
      header={
        <Header
          variant="h1"
          description="An endpoint is made with a configuration of the same name, and answers as soon as the model is loaded."
        >
          {ModelName ? `Deploy ${ModelName}` : "Deploy a model"}
        </Header>
      }
      groups={[
        { title: "Endpoint", fields: [{ member: "EndpointConfigName", title: "Endpoint name", isName: true }] },
        {
          title: "What serves",
          fields: [
            {
              member: "ProductionVariants",
              title: "Variants",
              entry: "Variant",
              note: job ? `The model ${job} is made of the job's artifact.` : undefined,
              start: variant,
              fields: ["ModelName", "InstanceType", "InitialInstanceCount"].map((member) => ({
                member,
                required: true,
              })),
            },
          ],
        },
      ]}
      onCancel={() => navigate(-1)}
      onDone={(input) => {
        const name = (input as { EndpointConfigName: string }).EndpointConfigName;
        notify("success", `${name} is being made.`);
        navigate(detailAddress("endpoint", name));
      }}
    />
  );
}
