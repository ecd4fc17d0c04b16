import { validationFault } from "../../../aws/faults.ts";
import type { Context } from "../../../frame/context.ts";
import type { ComponentDeployment, ComponentFleet } from "./component-kind.ts";
import { isPlain, planDeployment } from "./deployment-plan.ts";
import { alarmsIn, beginDeployment, countsOf, type Deployment } from "./endpoint-deployment.ts";
import { copyCount } from "./plan-component.ts";

type Size = NonNullable<ComponentDeployment["RollingUpdatePolicy"]>["MaximumBatchSize"];

/**
 * Returns how the next copies take over from those that serve; undefined when they do at once.
 * @throws Fault when that cannot be, or one of its alarms is missing
 */
export async function planTakeOver(
  context: Context,
  config: ComponentDeployment | undefined,
  serving: ComponentFleet,
  next: ComponentFleet,
): Promise<Deployment | undefined> {
  const copies = copyCount(next)!;
  if (!config) return undefined;
  const { RollingUpdatePolicy: rolling, AutoRollbackConfiguration } = config;
  const { MaximumBatchSize, RollbackMaximumBatchSize, ...times } = rolling!;
  checkBatch(MaximumBatchSize, copies);
  const plan = planDeployment(
    {
      ...(copies > 0 && copyCount(serving)! > 0
        ? {
            RollingUpdatePolicy: {
              ...times,
              MaximumBatchSize: instances(MaximumBatchSize),
              ...(RollbackMaximumBatchSize && { RollbackMaximumBatchSize: instances(RollbackMaximumBatchSize) }),
            },
          }
        : {}),
      ...(AutoRollbackConfiguration && { AutoRollbackConfiguration }),
    },
    countsOf(next),
  );
  const there = plan.alarms.length > 0 ? await alarmsIn(context, plan.alarms) : [];
  const missing = plan.alarms.filter((name) => !there.includes(name));
  if (missing.length > 0)
    throw validationFault(`The alarm(s) ${missing.join(", ")} of AutoRollbackConfiguration do not exist.`);
  return isPlain(plan) ? undefined : beginDeployment(context, plan, serving);
}

/** A size in copies is one in instances to what endpoints and components share. */
const instances = ({ Type, Value }: Size) =>
  ({ Type: Type === "COPY_COUNT" ? "INSTANCE_COUNT" : "CAPACITY_PERCENT", Value }) as const;

function checkBatch({ Type, Value }: Size, copies: number): void {
  if (copies === 0) return;
  const percent = Type === "COPY_COUNT" ? (Value! * 100) / copies : Value!;
  if (percent < 5 || percent > 50)
    throw validationFault(
      `MaximumBatchSize ${Value} (${Type}) is not between 5 and 50 percent of the ${copies} copies of the inference component.`,
    );
}
