import { Fault } from "../../../aws/faults.ts";
import type { StatusRow, Subject } from "../../../frame/define-kind.ts";

const busy =
  (word: string) =>
  ({ arn, status }: Subject) =>
    new Fault("ResourceInUse", `${arn} is ${status} and cannot be ${word} now; wait until it is InService.`);

/** The statuses of domains, user profiles and spaces. */
export const studioStatuses = {
  Pending: { final: false, refusesUpdate: busy("updated"), refusesDelete: busy("deleted"), refusesChild: busy("used") },
  InService: { final: true, tone: "good" },
  Failed: { final: true, tone: "bad", refusesUpdate: busy("updated"), refusesChild: busy("used") },
  Deleting: {
    final: false,
    refusesUpdate: busy("updated"),
    refusesDelete: busy("deleted"),
    refusesChild: busy("used"),
  },
} as const satisfies Record<string, StatusRow>;
