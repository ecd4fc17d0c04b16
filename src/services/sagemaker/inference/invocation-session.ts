import type { Context } from "../../../frame/context.ts";
import type { ModelAnswer } from "../../../runs/model-answer.ts";
import type { Fleet, Instance, Variant } from "./endpoint-fleet.ts";
import type { Fleets } from "./fleet-reconcile.ts";
import { type Invocation, textOf, validationError } from "./invocation-request.ts";

const newSession = "NEW_SESSION";
const newHeader = "x-amzn-sagemaker-new-session-id";
const closedHeader = "x-amzn-sagemaker-closed-session-id";

export const sessionJournal = (endpointId: string): string => `sessions/${endpointId}`;

/** Where a request of a session goes. */
export interface Sticky {
  readonly fleet: Fleet;
  readonly variant: Variant;
  readonly instance: Instance;
}

/**
 * Finds the instance that a session stays with; undefined for a request without one and for one that begins another.
 * @throws Fault when the session is over, or its instance is
 */
export async function findSession(
  context: Context,
  endpointId: string,
  { serving, next }: Fleets,
  { SessionId, EndpointName }: Invocation,
): Promise<Sticky | undefined> {
  if (SessionId === undefined || SessionId === newSession) return undefined;
  const session = await context.sessions.find(sessionJournal(endpointId), SessionId);
  for (const fleet of session ? [serving, next] : [])
    for (const variant of fleet?.variants ?? []) {
      const instance = variant.instances.find(({ runId, ready }) => ready && runId === session!.runId);
      if (instance) return { fleet: fleet!, variant, instance };
    }
  throw validationError(
    `The session ${SessionId} of endpoint ${EndpointName} is not there: it was closed, has expired, or its instance has ended. Begin another one with SessionId ${newSession}.`,
  );
}

/** Keeps what an answer says of sessions, and returns what its caller is told. */
export async function keepSession(
  context: Context,
  endpointId: string,
  runId: string,
  headers: ModelAnswer["headers"],
): Promise<{ readonly NewSessionId: string | undefined; readonly ClosedSessionId: string | undefined }> {
  const NewSessionId = textOf(headers[newHeader]);
  const ClosedSessionId = textOf(headers[closedHeader]);
  const journal = sessionJournal(endpointId);
  if (NewSessionId !== undefined) {
    const [id = "", ...attributes] = NewSessionId.split(";").map((text) => text.trim());
    const expires = attributes.map((text) => /^expires=(.*)$/i.exec(text)?.[1]).find((text) => text !== undefined);
    const time = Date.parse(expires ?? "");
    await context.sessions.open(journal, id, { runId, ...(Number.isNaN(time) ? {} : { expires: time }) });
  }
  if (ClosedSessionId !== undefined) await context.sessions.close(journal, ClosedSessionId.split(";", 1)[0]!.trim());
  return { NewSessionId, ClosedSessionId };
}
