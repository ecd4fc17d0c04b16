import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { defineResourceOf } from "../../../frame/define-resource.ts";
import type { PermissionsOf } from "../../../frame/permissions.ts";
import { openLogGroup } from "../../../runs/ship-log.ts";
import type { ResourceKey } from "../../../stores/resources/port.ts";
import { refuseMembers } from "../not-built.ts";
import { planTakeOver } from "./component-deployment.ts";
import {
  type ActualComponent,
  type ComponentFleet,
  componentKind,
  componentLogGroup,
  type WantedComponent,
} from "./component-kind.ts";
import { describeCopies, describeSpecification } from "./component-summary.ts";
import { type ActualEndpoint, endpoint } from "./endpoint.ts";
import { copiesOn, type HostingVariant } from "./hosting-variant.ts";
import { checkServerRoom } from "./instance-room.ts";
import { copyCount, planComponent, updated } from "./plan-component.ts";

/** A component is made on an endpoint, so its caller must be allowed to use both. */
const onBoth =
  (action: string): PermissionsOf =>
  (input, place) =>
    [componentKind, endpoint].map((kind) => ({ action: `sagemaker:${action}`, resource: kind.pattern(place, input) }));

export const inferenceComponent = defineResourceOf(componentKind, {
  service: "sagemaker",
  missing: ({ arn }) => validationFault(`Could not find inference component "${arn}".`),
  existing: ({ arn }) => validationFault(`Cannot create already existing inference component "${arn}".`),
  create: {
    operation: "CreateInferenceComponent",
    async begin(input, context) {
      refuseMembers(context, input, "", ["Specifications"]);
      const { InferenceComponentName, EndpointName, Specification, RuntimeConfig, Tags = [] } = input;
      const parent = await endpoint.get(context, EndpointName);
      const host = hostOf(parent.actual, EndpointName, input.VariantName);
      if (!Specification) throw validationFault("An inference component needs a Specification.");
      const count = RuntimeConfig?.CopyCount ?? 1;
      if (count < 1)
        throw validationFault("The copy count of a new inference component must be an integer larger than 0.");
      const next = await planComponent(context, host, Specification, count);
      await checkCopies(context, parent.key, parent.actual, InferenceComponentName, host, count);
      await openLogGroup(context.asService(), componentLogGroup(InferenceComponentName));
      const actual: ActualComponent = { next, retiring: [] };
      return { parent, status: "Creating", wanted: { ...input, VariantName: host.name, Tags }, actual };
    },
    output: (InferenceComponentArn) => ({ InferenceComponentArn }),
  },
  describe: {
    operation: "DescribeInferenceComponent",
    output: ({ key, wanted, actual, status, created, modified }, arn) => {
      const fleet = actual.serving ?? actual.next;
      return {
        InferenceComponentName: wanted.InferenceComponentName,
        InferenceComponentArn: arn,
        EndpointName: wanted.EndpointName,
        EndpointArn: endpoint.arn(endpoint.key(key, { EndpointName: wanted.EndpointName })),
        VariantName: wanted.VariantName,
        FailureReason: actual.failureReason,
        Specification: describeSpecification(fleet?.specification ?? wanted.Specification!, fleet?.variants[0]),
        RuntimeConfig: describeCopies(actual, wanted.RuntimeConfig?.CopyCount ?? 1),
        CreationTime: new Date(created),
        LastModifiedTime: new Date(modified),
        InferenceComponentStatus: status as "InService",
        LastDeploymentConfig: wanted.DeploymentConfig,
      };
    },
  },
  list: {
    operation: "ListInferenceComponents",
    member: "InferenceComponents",
    descending: true,
    filters: { EndpointNameEquals: "label endpoint", VariantNameEquals: "label variant" },
    summary: ({ key, wanted, status, created, modified }, arn) => ({
      CreationTime: new Date(created),
      InferenceComponentArn: arn,
      InferenceComponentName: wanted.InferenceComponentName,
      EndpointArn: endpoint.arn(endpoint.key(key, { EndpointName: wanted.EndpointName })),
      EndpointName: wanted.EndpointName,
      VariantName: wanted.VariantName,
      InferenceComponentStatus: status as "InService",
      LastModifiedTime: new Date(modified),
    }),
  },
  permissions: { CreateInferenceComponent: onBoth("CreateInferenceComponent") },
  update: {
    operation: "UpdateInferenceComponent",
    async change({ wanted, actual }, input, context) {
      refuseMembers(context, input, "", ["Specifications"]);
      const { Specification, RuntimeConfig, DeploymentConfig } = input;
      if (!Specification && !RuntimeConfig)
        throw validationFault("UpdateInferenceComponent needs a Specification or a RuntimeConfig.");
      const count = RuntimeConfig?.CopyCount ?? copyCount(actual.serving)!;
      if (!Specification) return scaled(context, wanted, actual, count);
      const parent = await endpoint.get(context, wanted.EndpointName);
      const host = hostOf(parent.actual, wanted.EndpointName, wanted.VariantName);
      const serving = actual.serving!;
      const next = await planComponent(context, host, updated(serving.specification, Specification), count);
      await checkCopies(context, parent.key, parent.actual, wanted.InferenceComponentName, host, count);
      const deployment = await planTakeOver(context, DeploymentConfig, serving, next);
      return {
        status: "Updating",
        wanted: { ...wanted, DeploymentConfig },
        actual: { ...actual, next, deployment, failureReason: undefined },
      };
    },
    output: (InferenceComponentArn) => ({ InferenceComponentArn }),
  },
  delete: {
    operation: "DeleteInferenceComponent",
    begin: ({ actual }): { status: "Deleting"; actual: ActualComponent } => ({ status: "Deleting", actual }),
  },
  operations: {
    async UpdateInferenceComponentRuntimeConfig(input, context, resource) {
      const { key } = await resource.update(context, input, (document) => {
        const refusal = resource
          .status(document)
          .refusesUpdate?.(resource.subject(document.key, input, document.status));
        if (refusal) throw refusal;
        return scaled(context, document.wanted, document.actual, input.DesiredRuntimeConfig.CopyCount!);
      });
      return { InferenceComponentArn: resource.arn(key) };
    },
  },
});

/** Asks for another number of copies of what a component serves. */
async function scaled(
  context: Context,
  { EndpointName, InferenceComponentName, VariantName }: WantedComponent,
  actual: ActualComponent,
  count: number,
) {
  const parent = await endpoint.get(context, EndpointName);
  const host = hostOf(parent.actual, EndpointName, VariantName);
  await checkCopies(context, parent.key, parent.actual, InferenceComponentName, host, count);
  const variants = actual.serving!.variants.map((variant) => ({ ...variant, desired: { weight: 1, count } }));
  const serving: ComponentFleet = { ...actual.serving!, variants };
  return { status: "Updating" as const, actual: { ...actual, serving, failureReason: undefined } };
}

/** Returns the variant of an endpoint that hosts a component. @throws Fault when there is none */
function hostOf({ serving, next }: ActualEndpoint, endpointName: string, name: string | undefined): HostingVariant {
  const hosting = (serving ?? next)?.hosting;
  if (!hosting)
    throw validationFault(
      `Endpoint "${endpointName}" cannot host inference components: its production variants have a ModelName. Create an endpoint whose configuration names none.`,
    );
  const names = hosting.map((variant) => variant.name).join(", ");
  if (name === undefined && hosting.length > 1)
    throw validationFault(`VariantName is needed: endpoint "${endpointName}" has the variants ${names}.`);
  const found = name === undefined ? hosting[0] : hosting.find((variant) => variant.name === name);
  if (!found) throw validationFault(`Could not find variant "${name}" of endpoint "${endpointName}"; it has ${names}.`);
  return found;
}

/** Refuses copies that this machine has no room for, however large the instances are said to be. */
const checkCopies = (
  context: Context,
  endpointKey: ResourceKey,
  { serving }: ActualEndpoint,
  name: string,
  { instanceType }: HostingVariant,
  count: number,
) => checkServerRoom(context, endpointKey, copiesOn(serving?.hosting, name) + count, instanceType);
