import type { Context } from "../../../frame/context.ts";
import { defineOperations, onDataPlane } from "../../../frame/define-operations.ts";
import type { Place } from "../../../frame/kind-naming.ts";
import { askWhole } from "./ask-containers.ts";
import { componentKind } from "./component-kind.ts";
import { endpoint } from "./endpoint.ts";
import { capture } from "./invocation-capture.ts";
import { modelError } from "./invocation-fault.ts";
import { forward, type Served } from "./invocation-forward.ts";
import { recordInvocation } from "./invocation-metrics.ts";
import { checkMembers, customAttributes, textOf } from "./invocation-request.ts";
import { keepSession } from "./invocation-session.ts";
import { copyToShadows } from "./invocation-shadow.ts";
import { partsOf } from "./invocation-stream.ts";
import { isAnswer } from "./model-server.ts";
import { streamModelServer, streamOf, wholeOf } from "./model-stream.ts";
import { isMultiModel } from "./server-run.ts";
import { recordTarget } from "./target-model.ts";

/** AWS's limit for a call that is answered by a stream. */
const streamMilliseconds = 8 * 60_000;

interface Named {
  readonly EndpointName?: string | undefined;
  readonly InferenceComponentName?: string | undefined;
}

/** An inference component that is named must be allowed too. */
const onEndpoint = (action: string) => (input: Named, place: Place) =>
  (input.InferenceComponentName === undefined ? [endpoint] : [endpoint, componentKind]).map((kind) => ({
    action: `sagemaker:${action}`,
    resource: kind.pattern(place, input),
  }));
const permissions = {
  InvokeEndpoint: onEndpoint("InvokeEndpoint"),
  InvokeEndpointWithResponseStream: onEndpoint("InvokeEndpointWithResponseStream"),
};

const operations = defineOperations("sagemaker-runtime", permissions, {
  async InvokeEndpoint(input, context) {
    const begun = performance.now();
    checkMembers(input, context);
    const served = await forward(input, context, askWhole(context));
    try {
      const { answer, variant, modelMilliseconds } = served;
      record(context, served, isAnswer(answer) ? answer.status : 0, begun, modelMilliseconds);
      if (isAnswer(answer) && isMultiModel(variant.container))
        recordTarget(context, served.endpointName, variant.name, answer);
      if (!isAnswer(answer) || !isOk(answer.status)) throw modelError(context, served, answer);
      const ContentType = textOf(answer.headers["content-type"]);
      const { ownerId, runId } = served;
      const sessions = input.SessionId ? await keepSession(context, ownerId, runId, answer.headers) : undefined;
      if (served.capture) await capture(context, served.capture, variant.name, input, answer.body, ContentType);
      return {
        Body: answer.body,
        ContentType,
        CustomAttributes: textOf(answer.headers[customAttributes]),
        InvokedProductionVariant: variant.name,
        ...sessions,
      };
    } finally {
      served.leave();
      copyToShadows(context, served, input);
    }
  },

  async InvokeEndpointWithResponseStream(input, context) {
    const begun = performance.now();
    checkMembers(input, context);
    const { signal } = context;
    const served = await forward(input, context, async (question) => {
      const { address, headers, body, spentMilliseconds } = question;
      // Such a model server has its whole answer before it sends the first byte.
      if ("thread" in address) return streamOf(await askWhole(context)(question));
      const timeoutMilliseconds = Math.max(1, streamMilliseconds - spentMilliseconds);
      return streamModelServer(address, headers, body, { timeoutMilliseconds, signal });
    });
    const { answer, variant, ownerId, runId } = served;
    copyToShadows(context, served, input);
    const status = isAnswer(answer) ? answer.status : 0;
    const end = () => {
      served.leave();
      record(context, served, status, begun, performance.now() - begun);
    };
    if (!isAnswer(answer) || !("closed" in answer)) {
      end();
      throw modelError(context, served, answer);
    }
    // A caller that goes away before it has read anything never begins the iteration.
    void answer.closed.then(end);
    if (!isOk(status)) throw modelError(context, served, await wholeOf(answer));
    if (input.SessionId) await keepSession(context, ownerId, runId, answer.headers);
    return {
      Body: partsOf(context, input, served, answer),
      ContentType: textOf(answer.headers["content-type"]),
      CustomAttributes: textOf(answer.headers[customAttributes]),
      InvokedProductionVariant: variant.name,
    };
  },
});

export const invocation = onDataPlane(operations);

const isOk = (status: number): boolean => status >= 200 && status < 300;

function record(context: Context, served: Served<unknown>, status: number, begun: number, modelMilliseconds: number) {
  recordInvocation(context, {
    endpointName: served.endpointName,
    variantName: served.variant.name,
    component: served.component,
    provisionedConcurrency: served.variant.serverless?.provisionedConcurrency,
    instances: served.variant.instances.length,
    concurrent: served.concurrent,
    status,
    modelMilliseconds,
    overheadMilliseconds: performance.now() - begun - modelMilliseconds,
  });
}
