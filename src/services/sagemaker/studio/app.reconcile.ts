import { defineReconciler } from "../../../frame/define-reconciler.ts";
import { keepRun, newKeptRun } from "../../../frame/keep-run.ts";
import { logGrants } from "../../../frame/log-grants.ts";
import { endRun, executorOf } from "../../../frame/run.ts";
import { appGraceSeconds } from "../../../images/app-plan.ts";
import { addToLog } from "../../../runs/ship-log.ts";
import { type AppState, app } from "./app.ts";
import type { CreateApp } from "./app-place.ts";
import { appRun } from "./app-run.ts";

const logOf = ({ DomainId, UserProfileName, SpaceName, AppType, AppName }: CreateApp) => ({
  logGroupName: "/aws/sagemaker/studio",
  logStreamName: `${DomainId}/${SpaceName ?? UserProfileName}/${AppType}/${AppName}`,
});

/** Keeps the run of an app up: one that ends is begun again, and its log says so. */
export const appReconciler = defineReconciler<CreateApp, AppState>({
  kind: app,
  unfinished: ["Pending", "InService", "Deleting"],
  grants: ({ wanted }) => logGrants(logOf(wanted)),
  async reconcile(document, context) {
    const { actual, key, status, version, wanted } = document;
    const { runId } = actual.kept;
    if (status === "Deleting") {
      if (runId !== undefined) await (await executorOf(context, runId)).stop(runId, appGraceSeconds);
      const ending = runId === undefined ? [] : await endRun(context, runId);
      return { changes: [...ending, { delete: key, expected: version }] };
    }
    const log = logOf(wanted);
    const { again, changes, failure, kept, next } = await keepRun(context, actual.kept, {
      ...{ of: document, log, readyState: "InService", unreadyState: "Unhealthy" },
      plan: () => appRun(context, wanted, actual, app.arn(key)),
      reached: () => {},
      ended: ({ code, early }) => `The app ended with code ${code}${early ? " before it answered" : ""}.`,
    });
    if (failure)
      return {
        update: {
          status: "Failed",
          actual: { ...actual, kept: { ...newKeptRun, ...next }, failureReason: failure.reason },
        },
        changes,
      };
    if (kept === undefined) {
      const message = `${next?.lastEnd?.reason ?? "The app ended."} It is begun again.`;
      await addToLog(context, log, { timestamp: context.clock.now(), message });
      return { update: { status: "Pending", actual: { ...actual, kept: { ...newKeptRun, ...next } } }, changes, again };
    }
    if (kept === actual.kept) return { changes, again };
    return {
      update: { actual: { ...actual, kept }, ...(kept.ready && { status: "InService" as const }) },
      changes,
      again,
    };
  },
});
