import { describe, expect, it } from "vitest";
import { testTime } from "../../../server/request/test-context.ts";
import { step } from "../cloudwatch/alarm.fixture.ts";
import { activities, call, context, endpoint, minute, names, pursue, register } from "./auto-scaling.fixture.ts";
import { scheduledActionKind } from "./scaling-kinds.ts";
import { scheduledActionReconciler } from "./scheduled-action.reconcile.ts";

describe("a scheduled action", () => {
  const schedule = (more: object) =>
    call("application-autoscaling", "PutScheduledAction", {
      ...names,
      ScheduledActionName: "morning",
      ScalableTargetAction: { MinCapacity: 2, MaxCapacity: 3 },
      ...more,
    });
  const described = async () =>
    (await call("application-autoscaling", "DescribeScheduledActions", { ServiceNamespace: "sagemaker" }))
      .ScheduledActions!;

  it("sets the limits at its time, and the capacity follows", async () => {
    await register();
    await pursue();
    await schedule({ Schedule: "at(2026-01-01T01:00:00)", Timezone: "Europe/Berlin" }).catch(() => {});
    await schedule({ Schedule: "at(2026-01-01T02:00:00)", Timezone: "Europe/Berlin" });
    expect(await described()).toMatchObject([
      {
        ...names,
        ScheduledActionName: "morning",
        Schedule: "at(2026-01-01T02:00:00)",
        ScalableTargetAction: { MinCapacity: 2, MaxCapacity: 3 },
        ScheduledActionARN: expect.stringMatching(
          /:scheduledAction:[-0-9a-f]{36}:resource\/sagemaker\/endpoint\/churn\/variant\/A:scheduledActionName\/morning$/,
        ),
      },
    ]);
    expect(await step(context, scheduledActionReconciler)).toEqual([testTime + 60 * minute]);
    context.passTime(60 * minute);
    await step(context, scheduledActionReconciler);
    await pursue();
    expect(endpoint.capacity).toBe(2);
    expect(await activities()).toMatchObject([
      { Cause: "minimum capacity was set to 2", StatusCode: "Successful" },
      {
        Description: "Setting min capacity to 2 and max capacity to 3",
        Cause: "scheduled action name morning was triggered",
        StatusCode: "Successful",
        StatusMessage: "Successfully set min capacity to 2 and max capacity to 3",
      },
    ]);
    const { documents } = await context.resources.list(scheduledActionKind.name, { limit: 1 });
    expect(documents[0]!.status).toBe("Over");
  });

  it("comes again, and does nothing while it is suspended", async () => {
    await register({ SuspendedState: { ScheduledScalingSuspended: true } });
    await schedule({ Schedule: "rate(1 hour)" });
    context.passTime(60 * minute);
    await step(context, scheduledActionReconciler);
    expect(await activities()).toEqual([]);
    expect(await step(context, scheduledActionReconciler)).toEqual([testTime + 120 * minute]);
    await call("application-autoscaling", "DeleteScheduledAction", { ...names, ScheduledActionName: "morning" });
    expect(await described()).toEqual([]);
  });

  it("keeps what an update leaves out, and is refused in AWS's words", async () => {
    await register();
    await schedule({ Schedule: "rate(1 hour)" });
    await schedule({ ScalableTargetAction: { MaxCapacity: 4 }, Schedule: undefined });
    expect(await described()).toMatchObject([{ Schedule: "rate(1 hour)", ScalableTargetAction: { MaxCapacity: 4 } }]);
    await expect(schedule({ Schedule: "at(2025-01-01T00:00:00)" })).rejects.toThrow("in the past");
    await expect(schedule({ Schedule: "cron(0 0 31 2 ? *)" })).rejects.toThrow("cron(0 0 31 2 ? *) never comes");
    await expect(schedule({ Schedule: "cron(0 0 1 1 ? 2020)" })).rejects.toThrow("cron(0 0 1 1 ? 2020) never comes");
    await expect(schedule({ ScalableTargetAction: {} })).rejects.toThrow("MinCapacity, MaxCapacity, or both");
    await expect(schedule({ ScheduledActionName: "x", Schedule: undefined })).rejects.toThrow(
      "Schedule must be specified",
    );
    await expect(
      call("application-autoscaling", "DeleteScheduledAction", { ...names, ScheduledActionName: "none" }),
    ).rejects.toMatchObject({ code: "ObjectNotFoundException" });
  });
});
