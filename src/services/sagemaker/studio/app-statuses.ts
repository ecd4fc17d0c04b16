import { Fault } from "../../../aws/faults.ts";
import type { StatusRow, Subject } from "../../../frame/define-kind.ts";

const busy = ({ arn, status }: Subject) =>
  new Fault("ResourceInUse", `${arn} is ${status} and cannot be deleted now; wait until it is gone.`);

/** The statuses of apps. One that is starting can be deleted: its start may take long. */
export const appStatuses = {
  Pending: { final: false },
  InService: { final: true, tone: "good" },
  Failed: { final: true, tone: "bad" },
  Deleting: { final: false, refusesDelete: busy },
} as const satisfies Record<string, StatusRow>;
