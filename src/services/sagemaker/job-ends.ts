import { type Fault, validationFault } from "../../aws/faults.ts";
import type { Context } from "../../frame/context.ts";
import type { Subject } from "../../frame/define-kind.ts";
import { instanceMemoryWords } from "../../frame/instance-weight.ts";
import { limitReason } from "./instance-limits.ts";
import { internalError } from "./internal-error.ts";

const failed = (reason: string) => ({ status: "Failed", step: "Failed", reason }) as const;

/** What a job becomes by each end that all kinds of jobs tell in the same words. */
export const jobEnds = {
  completed: () => ({ status: "Completed", step: "Completed" }) as const,
  stopped: () => ({ status: "Stopped", step: "Stopped" }) as const,
  runtime: () => ({ status: "Stopped", step: "MaxRuntimeExceeded" }) as const,
  /** What becomes of the user's program is told; without that, the program that stages it has died. */
  program: ({ code, told }: { readonly code: number; readonly told?: string | undefined }) =>
    failed(
      told ??
        `${internalError} The program that stages the job ended with code ${code} before it said why; the log of the job has its last words.`,
    ),
  lost: ({ loss }: { readonly loss: string }) => failed(`${internalError} ${loss}`),
  refused: ({ message }: { readonly message: string }) => failed(`ClientError: ${message}`),
} as const;

/** What a job becomes that used more memory than its instance type has. */
export function outOfMemory(
  context: Pick<Context, "machine">,
  { advice, instanceType, code }: { advice: string; instanceType: string | undefined; code: number },
) {
  const words = instanceMemoryWords(context, instanceType);
  return failed(`ClientError: ${advice} (The job used more than ${words}.), exit code: ${code}`);
}

/** What a job becomes that had more processes, or took more of the disk, than it may. */
export const tookTooMuch = (...of: Parameters<typeof limitReason>) => failed(limitReason(...of));

/** The statuses of a kind of job, by its words for a refused deletion and a refused stop. */
export function jobStatuses(title: "Training" | "Processing" | "Transform") {
  const goesOn = ({ name, status }: Subject): Fault =>
    validationFault(
      `${title} job ${name} is ${status}. Stop it with Stop${title}Job, and delete it once it has ended.`,
    );
  // In AWS's words.
  const ended = ({ status }: Subject): Fault =>
    validationFault(`The request was rejected because the ${title.toLowerCase()} job is in status ${status}.`);
  return {
    InProgress: { final: false, refusesDelete: goesOn },
    Stopping: { final: false, refusesDelete: goesOn },
    Completed: { final: true, tone: "good", refusesStop: ended },
    Failed: { final: true, tone: "bad", refusesStop: ended },
    Stopped: { final: true, refusesStop: ended },
  } as const;
}
