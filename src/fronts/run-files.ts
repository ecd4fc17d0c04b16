import { Fault, validationFault } from "../aws/faults.ts";
import { type LendingWish, lendingPath, lendingSigningName } from "../base/lending.ts";
import type { Front } from "./front.ts";

/**
 * Gives a run the objects below a prefix as files: `POST /_sagebrush/run-files` by the program that stages the run, with
 * the run's key. Where object store and run are on one machine the files are links to the stored bodies, so an object is
 * neither sent nor copied.
 */
export const runFiles: Front<"lend"> = {
  unit: "front",
  name: "run files",
  uses: ["lend"],
  path: lendingPath,
  serves: ({ method }) => method === "POST",
  callers: "signed",
  async identify(request) {
    const caller = await request.signedFor(lendingSigningName);
    if (caller.kind === "run") return caller;
    throw new Fault("AccessDeniedException", `User: ${caller.arn} is not authorized to have the files of a run`, {
      status: 403,
    });
  },
  async handle({ body }, { caller, call, server }) {
    const lending = await server.lend(caller, call, wishOf(await body.whole()));
    return { status: 200, headers: { "Content-Type": "application/json" }, body: JSON.stringify(lending) };
  },
};

function wishOf(body: Uint8Array): LendingWish {
  let wish: Partial<LendingWish> = {};
  try {
    wish = JSON.parse(new TextDecoder().decode(body));
  } catch {}
  const { folder, bucket, prefix, after, names } = wish;
  const texts = [folder, bucket, prefix, after ?? "", ...(Array.isArray(names ?? []) ? (names ?? []) : [undefined])];
  if (!texts.every((text) => typeof text === "string"))
    throw validationFault(
      "The texts folder, bucket and prefix, and after and names where there are any, are expected.",
    );
  const optional = { ...(after !== undefined && { after }), ...(names !== undefined && { names }) };
  return { folder: folder!, bucket: bucket!, prefix: prefix!, ...optional };
}
