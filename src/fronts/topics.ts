import { parseArn } from "../aws/arn.ts";
import type { Front } from "./front.ts";

const path = "/_sagebrush/sns/";

/** What endpoints of topics visit without a signature: the certificate of messages, and the addresses in them. */
export const topics: Front<"topicCertificate"> = {
  unit: "front",
  name: "topics",
  uses: ["topicCertificate"],
  path: `${path}*`,
  serves: ({ method }) => method === "GET",
  callers: "anyone",
  identify: (request) =>
    request.anyone([{ actions: ["sns:ConfirmSubscription", "sns:Unsubscribe"], resources: ["arn:aws:sns:*:*:*"] }]),
  async handle({ head }, { server, toApi }) {
    const name = head.path.slice(path.length);
    // The query is that of a request to SNS, whose answer is the endpoint's.
    const asked = new URLSearchParams(head.query);
    const arn = asked.get("TopicArn") ?? asked.get("SubscriptionArn");
    if (name === "" && arn !== null && asked.has("Action")) return toApi("/", parseArn(arn)?.region ?? "");
    const certificate = name.endsWith(".pem") ? await server.topicCertificate() : undefined;
    return certificate === undefined
      ? { status: 404, headers: { "Content-Type": "text/plain" }, body: "There is nothing here.\n" }
      : { status: 200, headers: { "Content-Type": "application/x-pem-file" }, body: certificate };
  },
};
