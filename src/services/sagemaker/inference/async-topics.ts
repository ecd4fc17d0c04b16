import { Fault, validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import { publishNotification } from "../../../frame/publish-notification.ts";
import type { AsyncInference } from "./async-config.ts";
import { testNotification } from "./async-notification.ts";

/**
 * Tells each topic of a new fleet that it will be told of requests, before any other notification.
 * @throws Fault for a topic that the fleet's role cannot tell
 */
export async function tellTopicsFirst(context: Context, inference: AsyncInference | undefined): Promise<void> {
  if (!inference) return;
  const { role, successTopic, errorTopic } = inference;
  for (const topicArn of new Set([successTopic, errorTopic])) {
    if (topicArn === undefined) continue;
    try {
      await publishNotification(context.as(role), { topicArn, message: testNotification });
    } catch (error) {
      if (!(error instanceof Fault) || error.status >= 500) throw error;
      throw validationFault(
        `The role ${role} cannot publish to the topic ${topicArn} of AsyncInferenceConfig: ${error.code}: ${error.message} Create the topic, or leave it out of NotificationConfig.`,
      );
    }
  }
}
