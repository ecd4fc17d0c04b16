import { Fault } from "../aws/faults.ts";
import type { WireResponse } from "../wire/wire.ts";
import type { Front, IngestionWish } from "./front.ts";

const json = (status: number, value: unknown): WireResponse => ({
  status,
  headers: { "Content-Type": "application/json" },
  body: `${JSON.stringify(value)}\n`,
});

/**
 * The streams that are taken into feature groups, for the command line: `GET /_sagebrush/ingestions`, `POST` begins one,
 * `POST /_sagebrush/ingestions/REGION/ID/stop` ends it.
 */
export const ingestions: Front<"ingestions"> = {
  unit: "front",
  name: "ingestions",
  uses: ["ingestions"],
  path: "/_sagebrush/ingestions/*",
  callers: "signed",
  async identify(request) {
    const caller = await request.signedFor("sagebrush");
    if (caller.kind === "administrator") return caller;
    throw new Fault("AccessDeniedException", `User: ${caller.arn} is not authorized to use ingestions`, {
      status: 403,
    });
  },
  async handle({ body, head }, { server }) {
    const [region = "", id, action] = head.path.split("/").slice(3);
    if (head.method === "GET") return json(200, { ingestions: await server.ingestions.list() });
    if (id !== undefined && action === "stop") {
      await server.ingestions.stop(region, id);
      return json(202, { stopping: id });
    }
    const wish = JSON.parse(new TextDecoder().decode(await body.whole())) as IngestionWish;
    return json(201, { id: await server.ingestions.begin(region, wish) });
  },
};
