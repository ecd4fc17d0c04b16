import { Fault } from "../../aws/faults.ts";
import type { Front } from "../front.ts";
import { requireCsrf } from "./require-csrf.ts";
import { csrfHeader, studioPath } from "./studio-paths.ts";

/**
 * Tells a page of Studio over one WebSocket what has changed; the page then asks the API. A socket each, because six
 * streams of server-sent events leave a browser no connection to the server.
 */
export const studioLive: Front<"live"> = {
  unit: "front",
  name: "studio live",
  uses: ["live"],
  path: `${studioPath}/live`,
  callers: "session",
  async identify(request) {
    const session = await request.session();
    // A browser lets no page add a header to this request.
    const csrf = new URLSearchParams(request.head.query).get("csrf") ?? "";
    requireCsrf({ ...request.head, headers: { [csrfHeader]: csrf } }, session);
    return session.caller;
  },
  async handle() {
    throw new Fault("UpgradeRequired", "This address speaks WebSocket.", { status: 426 });
  },
  upgrade({ head, accept }, { server }) {
    const after = new URLSearchParams(head.query).get("after") ?? "";
    server.live(accept(), head, /^\d{1,15}$/.test(after) ? Number(after) : undefined);
  },
};
