import type { MetricBufferOptions } from "../../frame/metric-buffer.ts";
import type { FromWorker } from "./worker-messages.ts";

/** What a worker knows and wants of the control process. */
export interface ControlChannel {
  send(message: FromWorker): void;
  /** Has the control process write metrics. */
  readonly putMetrics: MetricBufferOptions["put"];
  quarantined(runId: string, kept: boolean): void;
  /** The answer to `putMetrics` of that number. */
  written(number: number, problem?: string): void;
  /** Where the server listens; empty until that is known. */
  url(): string;
  publish(url: string): void;
}

/** The channel of this process, which the control process has started. */
export function createControlChannel(): ControlChannel {
  const writes = new Map<number, { resolve(): void; reject(error: Error): void }>();
  let number = 0;
  let url = "";
  // A control process that is gone ends this one.
  const send = (message: FromWorker) =>
    void (process.connected && process.send!(message, undefined, undefined, () => {}));
  return {
    send,
    putMetrics: (account, region, namespace, data) =>
      new Promise((resolve, reject) => {
        number++;
        writes.set(number, { resolve, reject });
        send({ type: "metrics", number, metrics: { account, region, namespace, data } });
      }),
    quarantined: (runId, kept) => send({ type: "quarantine", runId, kept }),
    written(of, problem) {
      const write = writes.get(of);
      writes.delete(of);
      if (problem === undefined) write?.resolve();
      else write?.reject(new Error(problem));
    },
    url: () => url,
    publish(address) {
      url = address;
    },
  };
}
