import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointConfigCommand,
  DeleteModelCommand,
  DescribeModelCommand,
  DescribeTrainingJobCommand,
  ListModelsCommand,
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

/** What serves the artifact of a training job: a model of its image, which may be there since it was deployed before. */
async function modelOf(job: string) {
  const { AlgorithmSpecification, ModelArtifacts, RoleArn } = await call(sagemaker, DescribeTrainingJobCommand, {
    TrainingJobName: job,
  });
  // A framework's image that trains has a sister that serves.
  const Image = AlgorithmSpecification?.TrainingImage?.replace("-training:", "-inference:");
  const container = { Image, ModelDataUrl: ModelArtifacts?.S3ModelArtifacts };
  const { Models = [] } = await call(sagemaker, ListModelsCommand, { NameContains: job, MaxResults: 100 });
  const isNamed = Models.some(({ ModelName }) => ModelName === job);
  const made = isNamed ? await call(sagemaker, DescribeModelCommand, { ModelName: job }) : undefined;
  return {
    input: { ModelName: job, ExecutionRoleArn: RoleArn, PrimaryContainer: container },
    // Another model of this name is not the job's: to make it is refused, in words.
    isThere: made !== undefined && made.PrimaryContainer?.ModelDataUrl === container.ModelDataUrl,
  };
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
      ...(model && !model.isThere
        ? [
            {
              command: CreateModelCommand,
              input: model.input,
              isBeside: true as const,
              undo: { command: DeleteModelCommand, input: { ModelName } },
            },
          ]
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
              note: model && `The model ${job} ${model.isThere ? "is" : "is made of"} the job's artifact.`,
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
