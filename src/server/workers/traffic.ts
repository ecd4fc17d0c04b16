import type { ServedServices } from "../../frame/define-operations.ts";
import type { Wire } from "../../wire/wire.ts";
import type { Elsewhere } from "../http/http.ts";
import type { Admission } from "../request/admission.ts";

/** Decides which requests a worker answers, and counts them. */
export interface Traffic extends Pick<Elsewhere, "takes"> {
  /** Has everything handed on; returns when what is under way here has been answered. */
  pause(): Promise<void>;
  resume(): void;
}

export function createTraffic(options: {
  readonly wire: Pick<Wire, "serviceOf">;
  /** What a worker answers. */
  readonly served: ServedServices;
  readonly admission: Admission;
  readonly counters: { requests: number };
}): Traffic {
  const { wire, served, admission, counters } = options;
  let isPaused = false;
  return {
    takes({ head }) {
      counters.requests++;
      const service = isPaused ? undefined : wire.serviceOf(head);
      return service === undefined || served[service] === undefined;
    },
    async pause() {
      isPaused = true;
      await admission.pause();
    },
    resume() {
      isPaused = false;
      admission.resume();
    },
  };
}
