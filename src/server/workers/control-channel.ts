import { Fault } from "../../aws/faults.ts";
import type { MetricBufferOptions } from "../../frame/metric-buffer.ts";
import type { OnlineOutcome, OnlineWrite } from "../../frame/online-write.ts";
import type { JournalStore } from "../../stores/journals/port.ts";
import type { FromWorker, Problem, WorkerRequest } from "./worker-messages.ts";

/** What a worker knows and wants of the control process. */
export interface ControlChannel {
  send(message: FromWorker): void;
  /** Has the control process write metrics. */
  readonly putMetrics: MetricBufferOptions["put"];
  /** Has it append to a journal, and returns when that is written. */
  readonly append: JournalStore["append"];
  /** Has it write a record of a feature group, and returns when that is durable. */
  writeRecord(write: OnlineWrite): Promise<OnlineOutcome>;
  quarantined(runId: string, kept: boolean): void;
  /** Tells it that this process has written to the journal of a feature group. */
  offlineWritten(group: string): void;
  /** The answer to the request of that number. */
  done(number: number, problem?: Problem, result?: unknown): void;
  /** Where the server listens; empty until that is known. */
  url(): string;
  publish(url: string): void;
}

/** The channel of this process, which the control process has started. */
export function createControlChannel(): ControlChannel {
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let last = 0;
  let url = "";
  // A control process that is gone ends this one.
  const send = (message: FromWorker) =>
    void (process.connected && process.send!(message, undefined, undefined, () => {}));
  const ask = (request: WorkerRequest): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const number = ++last;
      waiting.set(number, { resolve, reject });
      send({ type: "request", number, request });
    });
  return {
    send,
    async putMetrics(account, region, namespace, data) {
      await ask({ what: "metrics", metrics: { account, region, namespace, data } });
    },
    writeRecord: (write) => ask({ what: "record", write }) as Promise<OnlineOutcome>,
    async append(stream, entries) {
      await ask({ what: "journal", stream, entries });
      // Where they stand, nobody on the data plane asks.
      return Number.NaN;
    },
    quarantined: (runId, kept) => send({ type: "quarantine", runId, kept }),
    offlineWritten: (group) => send({ type: "offline written", group }),
    done(number, problem, result) {
      const request = waiting.get(number);
      waiting.delete(number);
      if (problem) request?.reject(errorOf(problem));
      else request?.resolve(result);
    },
    url: () => url,
    publish(address) {
      url = address;
    },
  };
}

function errorOf({ code, message, status }: Problem): Error {
  return code !== undefined && status !== undefined ? new Fault(code, message, { status }) : new Error(message);
}
