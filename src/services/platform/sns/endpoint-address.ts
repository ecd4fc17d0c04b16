import { isIP } from "node:net";
import { URL } from "node:url";
import { parseArn } from "../../../aws/arn.ts";
import type { Context } from "../../../frame/context.ts";
import { isPublicAddress } from "./public-address.ts";
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
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol !== `${protocol}:`)
    throw invalidParameter(`Endpoint must match the specified protocol: ${endpoint} is no address of ${protocol}`);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const isPrivate = host === "localhost" || host.endsWith(".localhost") || (isIP(host) !== 0 && !isPublicAddress(host));
  if (isPrivate && context.settings.privateEndpoints === "off")
    throw invalidParameter(
      `Endpoint Reason: ${host} is an address of this machine or of a private network; it is reached with the setting privateEndpoints=on`,
    );
}
