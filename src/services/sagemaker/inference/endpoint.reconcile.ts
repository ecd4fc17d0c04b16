import { defineReconciler, type ReconcileContext, type ReconcileResult } from "../../../frame/define-reconciler.ts";
import type { Retired } from "../../../frame/keep-run.ts";
import { logGrants } from "../../../frame/log-grants.ts";
import type { ResourceDocument } from "../../../stores/resources/port.ts";
import { inferenceOf, longestAsyncMilliseconds } from "./async-config.ts";
import { queueOf } from "./async-request.ts";
import { tendQueue } from "./async-tend.ts";
import { captureGrants, captureStreams, type Shipped, shipCaptures } from "./capture-shipping.ts";
import { type ActualEndpoint, endpoint, type WantedEndpoint } from "./endpoint.ts";
import { type EndpointFleet, endpointLogGroup, instanceLog } from "./endpoint-fleet.ts";
import type { FleetOwner } from "./endpoint-instance.ts";
import { earliest } from "./endpoint-tend.ts";
import {
  asked,
  type FleetState,
  moveTraffic,
  type RetiringInstance,
  retireFleet,
  tendFleets,
  unchanged,
  withdraw,
  writeFleets,
} from "./fleet-reconcile.ts";
import { releaseIdleHosts } from "./hosting-release.ts";
import { sessionJournal } from "./invocation-session.ts";
import { dropIdle } from "./serverless-demand.ts";

type EndpointDocument = ResourceDocument<WantedEndpoint, ActualEndpoint>;
type Result = ReconcileResult<WantedEndpoint, ActualEndpoint>;
type State = FleetState<EndpointFleet, ActualEndpoint>;

/**
 * Keeps an endpoint's fleet up, brings up the next one, and hands over the traffic when what is to have it is ready: at
 * once by one write of the document, or in the steps of its deployment. Instances that have lost their traffic are
 * stopped after that; each first answers what it has begun.
 */
export const endpointReconciler = defineReconciler<WantedEndpoint, ActualEndpoint>({
  kind: endpoint,
  unfinished: ["Creating", "InService", "Updating", "RollingBack", "UpdateRollbackFailed", "Deleting"],
  killPoints: {
    "endpoint:created": "The endpoint is written, none of its instances has a run.",
    "endpoint:run-written": "The run of an instance is in the documents and not started.",
    "endpoint:run-started": "The run of an instance is started; none of its events has been read.",
    "endpoint:before-in-service": "All instances answer pings; the endpoint does not know it yet.",
    "endpoint:before-shift": "What is to get a share of the traffic is ready; the endpoint does not know it yet.",
    "endpoint:before-failed": "A deployment is to be undone; the endpoint does not know it yet.",
    "endpoint:before-scaled":
      "The variants have the instances that they were asked to have; the endpoint does not know it.",
    "endpoint:before-captured": "Captured requests are in S3; the endpoint does not know it yet.",
    "endpoint:end-put": "The answer to an asynchronous request, or its failure, is in S3; its topic has not been told.",
    "endpoint:end-told": "The topic was told of the end of an asynchronous request; it is still in the queue.",
    "endpoint:before-stop": "An instance has lost its traffic and is to end; it has not been told.",
    "endpoint:after-stop": "An instance has been told to end; that is not written.",
    "endpoint:before-removed": "All instances of a deleted endpoint have ended; its document is still there.",
  },
  grants: ({ wanted, actual }) => [
    ...captureGrants(wanted.EndpointName, captureStreams([actual.serving, actual.next], actual.captures)),
    ...logGrants({ logGroupName: endpointLogGroup(wanted.EndpointName), logStreamName: "*" }),
    { actions: ["cloudwatch:DescribeAlarms"], resources: ["*"] },
  ],
  async reconcile(document, context) {
    const owner = ownerOf(document);
    const retired = await retireFleet(owner, document.actual, context);
    const isQueued = await tendQueue(document, context);
    const captured = await ship(document, retired.left.length > 0, context);
    if (document.status === "Deleting") return remove(document, retired, captured, isQueued, context);
    const { actual } = document;
    const { serving, next } = await tendFleets(context, owner, { ...actual, serving: asked(context, actual) });
    const state: State = {
      ...{ document, owner, serving, next },
      actual: {
        ...actual,
        serving: serving.fleet,
        next: next.fleet,
        retiring: retired.left,
        captures: captured.captures,
      },
      changes: [...retired.changes, ...serving.changes, ...next.changes],
      again: earliest(retired.again, captured.again, serving.again, next.again),
    };
    return moveTraffic(state, context, (fleet) => rest(state, fleet, context));
  },
});

const ownerOf = ({ key, id, wanted: { EndpointName }, actual }: EndpointDocument): FleetOwner => ({
  ...{ key, id, noun: "endpoint", points: "endpoint" },
  ...(actual.serving?.async && { longestRequestMilliseconds: longestAsyncMilliseconds }),
  statuses: { rollingBack: "RollingBack", stuck: "UpdateRollbackFailed" },
  log: (variant, instance) => instanceLog(EndpointName, variant, instance),
  hostMetrics: ({ name }) => ({
    namespace: "/aws/sagemaker/Endpoints",
    dimensions: [
      { Name: "EndpointName", Value: EndpointName },
      { Name: "VariantName", Value: name },
    ],
  }),
});

/** Looks after a fleet of which nothing is asked. */
function rest(state: State, fleet: EndpointFleet, context: ReconcileContext): Result {
  const released = releaseIdleHosts(fleet, state.document.status);
  if (released) return writeFleets(state, context, { serving: released });
  const idle = dropIdle(context, state.document.id, fleet);
  if (!idle.dropped) return unchanged(state, idle.again);
  return writeFleets(state, context, { serving: idle.fleet, dropped: idle.dropped });
}

const ship = ({ wanted, actual, status }: EndpointDocument, retiring: boolean, context: ReconcileContext) =>
  shipCaptures(context, {
    name: wanted.EndpointName,
    fleets: [actual.serving, actual.next],
    captures: actual.captures,
    retiring,
    ending: status === "Deleting" && !actual.serving && !retiring,
  });

/**
 * First all instances lose their traffic, then they end, and what was captured goes to S3. The document is deleted with
 * the last of it.
 */
async function remove(
  document: EndpointDocument,
  retired: Retired<RetiringInstance>,
  { captures, again: shipAgain }: Shipped,
  isQueued: boolean,
  context: ReconcileContext,
): Promise<Result> {
  const { serving, next, retiring } = document.actual;
  const { left, changes, again } = retired;
  const ending = withdraw({ ...document.actual, retiring: left });
  if (ending) {
    const kept = captureStreams([serving, next], captures);
    const inference = inferenceOf(document.actual);
    return {
      update: { actual: { retiring: ending, captures: kept, ...(inference && { ending: inference }) } },
      changes,
    };
  }
  if (left.length > 0 || (captures?.length ?? 0) > 0) {
    const changed = left !== retiring || captures !== document.actual.captures;
    return {
      update: changed ? { actual: { ...document.actual, retiring: left, captures } } : undefined,
      changes,
      again: earliest(again, shipAgain),
    };
  }
  if (isQueued) return { changes, again: context.clock.now() + 200 };
  await context.records.drop(queueOf(document));
  await context.sessions.drop(sessionJournal(document.id));
  context.settings.reached("endpoint:before-removed");
  return { changes: [...changes, { delete: document.key, expected: document.version }] };
}
