import { defineReconciler, type ReconcileContext, type ReconcileResult } from "../../../frame/define-reconciler.ts";
import { logGrants } from "../../../frame/log-grants.ts";
import type { ResourceChange, ResourceDocument } from "../../../stores/resources/port.ts";
import {
  type ActualComponent,
  type ComponentFleet,
  componentKind,
  componentLogGroup,
  copyLog,
  type WantedComponent,
} from "./component-kind.ts";
import { needWords, roomOfType } from "./copy-needs.ts";
import { type ActualEndpoint, endpoint, type WantedEndpoint } from "./endpoint.ts";
import { limitOf } from "./endpoint-deployment.ts";
import type { FleetOwner } from "./endpoint-instance.ts";
import { earliest } from "./endpoint-tend.ts";
import {
  asked,
  type FleetState,
  moveTraffic,
  retireFleet,
  tendFleets,
  unchanged,
  withdraw,
} from "./fleet-reconcile.ts";
import { type HostingVariant, newHost } from "./hosting-variant.ts";
import { sessionJournal } from "./invocation-session.ts";
import { claimRoom, isRoomComing, placeCopies } from "./place-copies.ts";

type ComponentDocument = ResourceDocument<WantedComponent, ActualComponent>;
type EndpointDocument = ResourceDocument<WantedEndpoint, ActualEndpoint>;
type Result = ReconcileResult<WantedComponent, ActualComponent>;
type State = FleetState<ComponentFleet, ActualComponent>;

/**
 * Places the copies of a component on the instances of its endpoint's variant and does with them what is done with an
 * endpoint's instances. What the copies take of the instances is written into the endpoint's document in the same batch
 * as the copies themselves, so two components never take the same room, and a kill leaves none taken.
 */
export const inferenceComponentReconciler = defineReconciler<WantedComponent, ActualComponent>({
  kind: componentKind,
  unfinished: ["Creating", "InService", "Updating", "Failed", "Deleting"],
  killPoints: {
    "inference-component:created": "The component is written and its copies are placed; none of them has a run.",
    "inference-component:run-written": "The run of a copy is in the documents and not started.",
    "inference-component:run-started": "The run of a copy is started; none of its events has been read.",
    "inference-component:before-in-service": "All copies answer pings; the component does not know it yet.",
    "inference-component:before-shift":
      "The copies that are to get a share of the traffic are ready; the component does not know it yet.",
    "inference-component:before-failed": "A deployment is to be undone; the component does not know it yet.",
    "inference-component:before-scaled":
      "The component has the copies that it was asked to have, and does not know it.",
    "inference-component:before-stop": "A copy has lost its traffic and is to end; it has not been told.",
    "inference-component:after-stop": "A copy has been told to end; that is not written.",
    "inference-component:before-removed": "All copies of a deleted component have ended; its document is still there.",
  },
  grants: ({ wanted }) => [
    ...logGrants({ logGroupName: componentLogGroup(wanted.InferenceComponentName), logStreamName: "*" }),
    { actions: ["cloudwatch:DescribeAlarms"], resources: ["*"] },
  ],
  async reconcile(document, context) {
    const owner = ownerOf(document, context);
    const retired = await retireFleet(owner, document.actual, context);
    const host = await hostOf(document, context);
    const actual: ActualComponent = { ...document.actual, retiring: retired.left };
    if (document.status === "Deleting") {
      const removed = await remove(document, actual, context);
      const hosted = host === "gone" ? undefined : host;
      return claimed(document, hosted, actual, { ...removed, again: retired.again }, retired.changes, context);
    }
    const placed = place(document, { ...actual, serving: asked(context, actual) }, host, context);
    const tended = await tendFleets(context, owner, placed.actual);
    const serving = { ...tended.serving, failure: tended.serving.failure ?? placed.failures.serving };
    const next = { ...tended.next, failure: tended.next.failure ?? placed.failures.next };
    const state: State = {
      ...{ document, owner, serving, next },
      actual: { ...actual, serving: serving.fleet, next: next.fleet },
      changes: [...serving.changes, ...next.changes],
      again: earliest(retired.again, serving.again, next.again),
    };
    const moved = await moveTraffic(state, context, () => unchanged(state));
    return claimed(document, placed.host, state.actual, moved, retired.changes, context);
  },
});

const ownerOf = (
  { key, id, wanted: { InferenceComponentName: name } }: ComponentDocument,
  context: ReconcileContext,
): FleetOwner => ({
  ...{ key, id, noun: "inference component", points: "inference-component" },
  statuses: { rollingBack: "Updating", stuck: "Failed" },
  log: (variant, copy) => copyLog(name, variant, copy),
  hostMetrics: ({ cores }) => ({
    namespace: "/aws/sagemaker/InferenceComponents",
    dimensions: [{ Name: "InferenceComponentName", Value: name }],
    normalizedCores: cores ?? context.machine.cores,
  }),
});

/** The endpoint of a component, and its variant as it hosts it. */
interface Hosted {
  readonly document: EndpointDocument;
  readonly variant: HostingVariant;
}

async function hostOf(
  { key, wanted }: ComponentDocument,
  context: ReconcileContext,
): Promise<Hosted | "gone" | undefined> {
  const endpointKey = endpoint.key(key, { EndpointName: wanted.EndpointName });
  context.watch(endpointKey);
  const document = await endpoint.find(context, endpointKey);
  if (!document?.actual.serving) return undefined;
  const variant = document.actual.serving.hosting?.find(({ name }) => name === wanted.VariantName);
  return variant ? { document, variant } : "gone";
}

type Failure = { readonly reason: string } | undefined;

function place(
  document: ComponentDocument,
  actual: ActualComponent,
  host: Hosted | "gone" | undefined,
  context: ReconcileContext,
): {
  readonly actual: ActualComponent;
  readonly host: Hosted | undefined;
  readonly failures: { readonly serving?: Failure; readonly next?: Failure };
} {
  const { serving, next, deployment, retiring } = actual;
  const fleet = next ?? serving;
  if (host === "gone") {
    const { EndpointName, VariantName } = document.wanted;
    const failure = { reason: `The endpoint ${EndpointName} was updated and has no variant ${VariantName} any more.` };
    return { actual, host: undefined, failures: { serving: failure, next: failure } };
  }
  if (!host || !fleet) return { actual, host, failures: {} };
  const name = document.wanted.InferenceComponentName;
  const room = roomOfType(context, host.variant.instanceType);
  const limit = (variant: Parameters<typeof limitOf>[1]) =>
    deployment ? limitOf(deployment, variant) : variant.instances.length;
  const placed = placeCopies(host.variant, room, { name, serving, next, retiring }, limit, () => newHost(context));
  const isWaiting = retiring.length > 0 || host.document.status !== "InService" || isRoomComing(placed.hosting, name);
  const { needs } = fleet.variants[0]!;
  const { name: variant, hosts, instanceType } = placed.hosting;
  const reason = `There is not enough hardware resources on the instances for this endpoint to create a copy of the inference component: a copy takes ${needWords(needs!)}, and none of the ${hosts.length} instance(s) of variant "${variant}" (${instanceType}, ${needWords(room)} each) has that left. Delete other components or take copies of them away, ask for less, or give the variant more instances.`;
  const failure = isWaiting ? undefined : { reason };
  return {
    actual: { ...actual, serving: placed.serving, next: placed.next },
    host: { ...host, variant: placed.hosting },
    failures: {
      ...(placed.lacking.added && { serving: failure }),
      ...(placed.lacking.next && { next: failure }),
    },
  };
}

/** Writes what the copies take of the endpoint's instances together with the copies. */
async function claimed(
  document: ComponentDocument,
  host: Hosted | undefined,
  before: ActualComponent,
  { update, changes = [], again }: Result,
  retired: readonly ResourceChange[],
  context: ReconcileContext,
): Promise<Result> {
  const result = { update, changes: [...retired, ...changes], again };
  if (!host) return result;
  const { serving, next, retiring } = update?.actual ?? before;
  const isLeaving = document.status === "Deleting" || retiring.length > 0;
  const name = document.wanted.InferenceComponentName;
  const variant = claimRoom(host.variant, { name, serving, next, retiring }, isLeaving);
  const fleet = host.document.actual.serving!;
  const isSame = fleet.hosting!.some((one) => one === variant);
  if (isSame) return result;
  const hosting = fleet.hosting!.map((one) => (one.name === variant.name ? variant : one));
  const actual = { ...host.document.actual, serving: { ...fleet, hosting } };
  return { ...result, changes: [...result.changes, await endpoint.put(context, { ...host.document, actual })] };
}

/** First all copies lose their traffic, then they end. The document is deleted with the last of them. */
async function remove(
  document: ComponentDocument,
  actual: ActualComponent,
  context: ReconcileContext,
): Promise<Result> {
  const ending = withdraw(actual);
  if (ending) return { update: { actual: { retiring: ending } } };
  if (actual.retiring.length > 0) return actual.retiring === document.actual.retiring ? {} : { update: { actual } };
  await context.sessions.drop(sessionJournal(document.id));
  context.settings.reached("inference-component:before-removed");
  return {
    changes: [{ delete: document.key, expected: document.version }],
  };
}
