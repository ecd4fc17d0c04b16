import { type Lending, type LendingWish, lendingPath, lendingSigningName } from "../base/lending.ts";
import { readText, sendRequest } from "./requests/send-request.ts";

/** Asks the server for objects as files; errors are of the form of the object store's. */
export async function askForFiles(wish: LendingWish, signal: AbortSignal | undefined): Promise<Lending> {
  const request = {
    method: "POST",
    path: lendingPath,
    service: lendingSigningName,
    body: JSON.stringify(wish),
  } as const;
  const answer = await sendRequest({ ...request, headers: { "content-type": "application/json" } }, signal);
  return JSON.parse(await readText(answer)) as Lending;
}
