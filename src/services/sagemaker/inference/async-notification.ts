import type { Context } from "../../../frame/context.ts";
import type { AsyncInference } from "./async-config.ts";
import { type AsyncRequest, urlOf } from "./async-request.ts";

/** How a request ended, as its notification tells it. */
export type AsyncEnd =
  | { readonly status: "Completed"; readonly contentType: string | undefined; readonly body: Buffer | undefined }
  | { readonly status: "Failed"; readonly reason: string; readonly said: string | undefined };

/** The event that a topic gets before all others. */
export const testNotification = {
  eventVersion: "1.0",
  eventSource: "aws:sagemaker",
  eventName: "TestNotification",
};

/** Returns the topic that is told of an end; undefined when none is. */
export const topicOf = ({ successTopic, errorTopic }: AsyncInference, { status }: AsyncEnd): string | undefined =>
  status === "Completed" ? successTopic : errorTopic;

/** Returns what a topic is told. */
export function notificationOf(
  { region, clock }: Pick<Context, "region" | "clock">,
  { includeIn = [] }: AsyncInference,
  request: AsyncRequest,
  received: number,
  end: AsyncEnd,
): string {
  const { contentType, accept, customAttributes, endpointName, input, output, inferenceId } = request;
  const isIncluded = includeIn.includes(
    end.status === "Completed" ? "SUCCESS_NOTIFICATION_TOPIC" : "ERROR_NOTIFICATION_TOPIC",
  );
  return JSON.stringify({
    awsRegion: region,
    eventTime: new Date(clock.now()).toISOString(),
    receivedTime: new Date(received).toISOString(),
    invocationStatus: end.status,
    ...(end.status === "Failed" && { failureReason: end.reason }),
    requestParameters: {
      ...{ accept, contentType, customAttributes, endpointName },
      ...("url" in input && { inputLocation: input.url }),
    },
    ...(end.status === "Completed"
      ? { responseParameters: { contentType: end.contentType, outputLocation: urlOf(output) } }
      : {}),
    ...(isIncluded && bodyOf(end)),
    inferenceId,
    eventVersion: "1.0",
    eventSource: "aws:sagemaker",
    eventName: "InferenceResult",
  });
}

/** An answer over 128 KB is left out. */
function bodyOf(end: AsyncEnd) {
  if (end.status === "Completed")
    return end.body && { responseBody: { content: end.body.toString("base64"), encoding: "BASE64" } };
  return end.said !== undefined && { responseBody: { content: end.said, message: end.reason } };
}
