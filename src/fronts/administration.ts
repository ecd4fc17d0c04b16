import { Fault } from "../aws/faults.ts";
import type { WireResponse } from "../wire/wire.ts";
import type { Front } from "./front.ts";
import { whatRuns } from "./what-runs.ts";

/** The name in the credential scope of requests to this front. */
export const administrationSigningName = "sagebrush";

/** What only the server itself can do. */
export interface ServerControls {
  /** Empties the home: resources, objects, journals and runs; keys stay. */
  reset(): Promise<void>;
  /** Stops all runs and then the server, after the answer is sent. */
  stop(): void;
}

const json = (status: number, value: unknown): WireResponse => ({
  status,
  headers: { "Content-Type": "application/json" },
  body: `${JSON.stringify(value)}\n`,
});

/**
 * What the command line asks of a running server: `GET /_sagebrush/status`, `POST /_sagebrush/reset`,
 * `POST /_sagebrush/stop`. No bucket can have that name: bucket names have no underscore.
 */
export function createAdministration(controls: ServerControls): Front {
  return {
    name: "administration",
    serves: (head) => head.path.startsWith("/_sagebrush/"),
    caller: { signedFor: administrationSigningName },
    async handle({ head }, { status, call }) {
      switch (`${head.method} ${head.path}`) {
        case "GET /_sagebrush/status":
          return json(200, { ...status(), running: await whatRuns(call) });
        case "POST /_sagebrush/reset":
          await controls.reset();
          return json(200, { reset: true });
        case "POST /_sagebrush/stop":
          controls.stop();
          return json(202, { stopping: true });
        default:
          throw new Fault(
            "NotFound",
            `${head.method} ${head.path} is not there. There are GET /_sagebrush/status, POST /_sagebrush/reset and POST /_sagebrush/stop.`,
            { status: 404 },
          );
      }
    },
  };
}
