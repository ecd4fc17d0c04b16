import { Fault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { ModelAnswer, NoAnswer } from "../../../runs/model-answer.ts";
import { logStreamArn } from "../log-stream-arn.ts";
import { copyLog } from "./component-kind.ts";
import { instanceLog } from "./endpoint-fleet.ts";
import type { Served } from "./invocation-forward.ts";
import { isAnswer } from "./model-server.ts";

/** Returns the container's own refusal, in AWS's words around it. */
export function modelError(
  context: Context,
  {
    endpointName,
    component,
    variant,
    instanceId,
    container,
  }: Pick<Served<never>, "endpointName" | "component" | "variant" | "instanceId" | "container">,
  answer: ModelAnswer | NoAnswer,
): Fault {
  const { region, account } = context;
  const log =
    component === undefined
      ? instanceLog(endpointName, variant.name, instanceId)
      : copyLog(component, variant.name, instanceId);
  const [status, said] = isAnswer(answer) ? [answer.status, answer.body.toString()] : [0, answer.failure];
  const side = status >= 400 && status < 500 ? "client" : "server";
  return new Fault(
    "ModelError",
    `Received ${side} error (${status}) from ${container} with message "${said}". See the log stream ${log.logStreamName} of the log group ${log.logGroupName} in account ${account}, region ${region}, for more information.`,
    {
      status: 424,
      members: {
        OriginalStatusCode: status,
        OriginalMessage: said,
        LogStreamArn: logStreamArn(context, log),
      },
    },
  );
}
