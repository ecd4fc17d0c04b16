import { parseArn } from "../../../aws/arn.ts";
import type { Context } from "../../../frame/context.ts";
import type { WantedSubscription } from "./subscription-kind.ts";
import { invalidParameter, notBuilt } from "./topic-kind.ts";

/** Checks what a subscription names as its endpoint. @throws Fault InvalidParameter */
export async function checkEndpoint(
  context: Context,
  protocol: WantedSubscription["Protocol"],
  endpoint: string,
  isFifo: boolean,
): Promise<void> {
  if (protocol === "sqs") {
    const arn = parseArn(endpoint);
    if (arn?.service !== "sqs") throw invalidParameter("SQS endpoint ARN");
    if (arn.region !== context.region)
      throw notBuilt(context, `A queue of another region (${arn.region})`, "subscribe one of the topic's region");
    if (!isFifo && endpoint.endsWith(".fifo"))
      throw invalidParameter(
        "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
      );
    return;
  }
  if (isFifo) throw invalidParameter(`Endpoint Reason: ${protocol} endpoints can not be subscribed to FIFO topics`);
}
