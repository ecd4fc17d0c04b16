import { Fault, validationFault } from "../aws/faults.ts";
import {
  type ConnectionWish,
  connectionAction,
  connectionPath,
  connectionSigningName,
  connectionTypes,
} from "../base/connection.ts";
import type { Front } from "./front.ts";

/**
 * Tells what stages a run how a database is reached: `POST /_sagebrush/run-connection` with the run's own key, which the
 * job's own code never has (0145). A run has a grant for it, whose resource is its role.
 */
export const runConnection: Front<"connection"> = {
  unit: "front",
  name: "run connection",
  uses: ["connection"],
  path: connectionPath,
  serves: ({ method }) => method === "POST",
  callers: "signed",
  async identify(request) {
    const caller = await request.signedFor(connectionSigningName);
    if (caller.kind === "run" && caller.grants?.some(({ actions }) => actions.includes(connectionAction)))
      return caller;
    throw new Fault("AccessDeniedException", `User: ${caller.arn} is not authorized to perform: ${connectionAction}`, {
      status: 403,
    });
  },
  async handle({ body }, { caller, server }) {
    const [role] = caller.grants!.find(({ actions }) => actions.includes(connectionAction))!.resources;
    const connection = server.connection(wishOf(await body.whole()), role!);
    return { status: 200, headers: { "Content-Type": "application/json" }, body: JSON.stringify(connection) };
  },
};

function wishOf(body: Uint8Array): ConnectionWish {
  let wish: Partial<ConnectionWish> = {};
  try {
    wish = JSON.parse(new TextDecoder().decode(body));
  } catch {}
  const type = connectionTypes.find((known) => known === wish.type);
  if (type === undefined || !Array.isArray(wish.names) || !wish.names.every((name) => typeof name === "string"))
    throw validationFault("The type of a connection and a list of names are expected.");
  return { type, names: wish.names };
}
