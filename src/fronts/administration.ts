import { Fault } from "../aws/faults.ts";
import type { WireResponse } from "../wire/wire.ts";
import type { Front } from "./front.ts";

/** The name in the credential scope of requests to this front. */
const administrationSigningName = "sagebrush";

const json = (status: number, value: unknown): WireResponse => ({
  status,
  headers: { "Content-Type": "application/json" },
  body: `${JSON.stringify(value)}\n`,
});

/**
 * Answers what the command line asks of a running server: `GET /_sagebrush/status`, `POST /_sagebrush/studio-link`,
 * `POST /_sagebrush/reset`, `POST /_sagebrush/stop`. No bucket can have that name, because bucket names have no underscore.
 */
export const administration: Front<"status" | "activity" | "sessions" | "reset" | "stop"> = {
  unit: "front",
  name: "administration",
  uses: ["status", "activity", "sessions", "reset", "stop"],
  duringReset: true,
  path: "/_sagebrush/*",
  callers: "signed",
  async identify(request) {
    const caller = await request.signedFor(administrationSigningName);
    if (caller.kind === "administrator") return caller;
    throw new Fault("AccessDeniedException", `User: ${caller.arn} is not authorized to use administration`, {
      status: 403,
    });
  },
  async handle({ head }, { server }) {
    switch (`${head.method} ${head.path}`) {
      case "GET /_sagebrush/status":
        return json(200, { ...server.status(), ...(await server.activity()) });
      case "POST /_sagebrush/studio-link":
        return json(200, { link: server.sessions.makeLink() });
      case "POST /_sagebrush/reset":
        await server.reset();
        return json(200, { reset: true });
      case "POST /_sagebrush/stop":
        server.stop();
        return json(202, { stopping: true });
      default:
        throw new Fault(
          "NotFound",
          `${head.method} ${head.path} is not there. There are GET /_sagebrush/status, POST /_sagebrush/studio-link, POST /_sagebrush/reset and POST /_sagebrush/stop.`,
          { status: 404 },
        );
    }
  },
};
