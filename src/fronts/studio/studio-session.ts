import { Fault, validationFault } from "../../aws/faults.ts";
import type { WireResponse } from "../../wire/wire.ts";
import type { Front, FrontRequest, Session, SignedIn } from "../front.ts";
import { requireCsrf } from "./require-csrf.ts";
import { signedInOrAnyone } from "./signed-in-or-anyone.ts";
import { signInSigningName, studioPath } from "./studio-paths.ts";

const path = `${studioPath}/session`;

/**
 * Who is signed in: `GET /_studio/session` says it, `POST` signs in by a link of the command line or by an access key,
 * `DELETE` signs out. Whoever has a key asks `GET /_studio/session/challenge` first, and signs what it answers.
 */
export const studioSession: Front<"sessions"> = {
  unit: "front",
  name: "studio session",
  uses: ["sessions"],
  path: `${path}/*`,
  callers: "session",
  async identify(request) {
    const { method, headers } = request.head;
    if (request.head.path !== path) return signedInOrAnyone(request);
    if (method === "POST")
      return headers.authorization === undefined ? request.anyone([]) : request.signedFor(signInSigningName);
    const session = await request.session();
    if (method !== "GET") requireCsrf(request.head, session);
    return session.caller;
  },
  async handle(request, { session, caller, server: { sessions } }) {
    switch (`${request.head.method} ${request.head.path}`) {
      case `GET ${path}`:
        return json(200, shown(session!));
      case `GET ${path}/challenge`:
        return json(200, {
          ...{ challenge: sessions.makeChallenge(), now: Date.now(), signingName: signInSigningName },
          signedIn: session !== undefined,
        });
      case `POST ${path}`: {
        const { link, challenge } = await readProof(request);
        const isSigned = request.head.headers.authorization !== undefined;
        if (isSigned && caller.kind === "run") throw notForRuns();
        const proof = isSigned ? { challenge: challenge ?? "", caller } : { link: link ?? "" };
        return signedIn(await sessions.signIn(request, proof));
      }
      case `DELETE ${path}`:
        return { status: 204, headers: { ...noStore, "Set-Cookie": await sessions.signOut(request) } };
      default:
        throw new Fault("NotFound", `${request.head.method} ${request.head.path} is not there.`, { status: 404 });
    }
  },
};

const noStore = { "Cache-Control": "no-store" };

const json = (status: number, value: unknown): WireResponse => ({
  status,
  headers: { "Content-Type": "application/json", "X-Content-Type-Options": "nosniff", ...noStore },
  body: `${JSON.stringify(value)}\n`,
});

const shown = ({ caller: { arn, kind, account, accessKeyId }, region, csrf, expires }: Session) => ({
  ...{ caller: { arn, kind, accessKeyId }, account, region, csrf, expires },
});

function signedIn({ setCookie, session }: SignedIn): WireResponse {
  const answer = json(200, shown(session));
  return { ...answer, headers: { ...answer.headers, "Set-Cookie": setCookie } };
}

async function readProof({ body }: FrontRequest): Promise<{ link?: string; challenge?: string }> {
  try {
    const proof = JSON.parse(new TextDecoder().decode(await body.whole())) as Readonly<Record<string, unknown>> | null;
    const { link, challenge } = proof ?? {};
    return { ...(typeof link === "string" && { link }), ...(typeof challenge === "string" && { challenge }) };
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw validationFault('The body must be JSON: {"link": "..."}, or {"challenge": "..."} signed with an access key.');
  }
}

const notForRuns = (): Fault =>
  new Fault("AccessDeniedException", "The key of a run belongs to its program, and signs nobody in.", { status: 403 });
