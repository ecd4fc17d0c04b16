import type { Fault } from "../../../aws/faults.ts";
import { validationFault } from "../../../aws/faults.ts";
import { defineKind, type Subject } from "../../../frame/define-kind.ts";
import type { InputOf } from "../../../wire/operations.ts";
import type { Fleet } from "./endpoint-fleet.ts";
import type { Fleets } from "./fleet-reconcile.ts";

type SageMaker = typeof import("@aws-sdk/client-sagemaker");
export type CreateComponent = InputOf<SageMaker, "CreateInferenceComponent">;
export type Specification = NonNullable<CreateComponent["Specification"]>;
export type ComponentDeployment = NonNullable<InputOf<SageMaker, "UpdateInferenceComponent">["DeploymentConfig"]>;

export interface WantedComponent extends CreateComponent {
  readonly VariantName: string;
  /** How the last update took over. */
  readonly DeploymentConfig?: ComponentDeployment | undefined;
}

/** The copies of a component that are started together, and what they were made of. */
export interface ComponentFleet extends Fleet {
  readonly specification: Specification;
}

export type ActualComponent = Fleets<ComponentFleet>;

const busy = ({ arn }: Subject): Fault => validationFault(`Cannot update in-progress inference component "${arn}".`);
const leaving = ({ arn }: Subject): Fault =>
  validationFault(`Cannot change inference component "${arn}": its status is DELETE_IN_PROGRESS.`);

/** A model, or a container, with its own share of the instances of an endpoint's variant. */
export const componentKind = defineKind<
  WantedComponent,
  ActualComponent,
  "Creating" | "InService" | "Updating" | "Failed" | "Deleting"
>({
  service: "sagemaker",
  kind: "inference-component",
  arn: "inference-component/{InferenceComponentName}",
  parent: { kind: "sagemaker/endpoint", deletion: "refused" },
  tags: true,
  title: "Inference component",
  labels: { endpoint: ({ wanted }) => wanted.EndpointName, variant: ({ wanted }) => wanted.VariantName },
  running: ["Creating", "InService", "Updating", "Deleting"],
  shownReason: ({ actual }) => actual.failureReason,
  statuses: {
    Creating: { final: false, refusesUpdate: busy },
    InService: { final: true, tone: "good" },
    Updating: { final: false, refusesUpdate: busy, refusesDelete: busy },
    Failed: {
      final: true,
      tone: "bad",
      refusesUpdate: ({ arn }) =>
        validationFault(
          `Cannot update inference component "${arn}": it has failed, and can only be deleted. Delete it and create it anew.`,
        ),
    },
    Deleting: { final: false, refusesUpdate: leaving, refusesDelete: leaving },
  },
});

export const componentLogGroup = (name: string): string => `/aws/sagemaker/InferenceComponents/${name}`;

export const copyLog = (name: string, variant: string, copy: string) => ({
  logGroupName: componentLogGroup(name),
  logStreamName: `${variant}/${copy}`,
});
