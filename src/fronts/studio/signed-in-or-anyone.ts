import type { Caller } from "../../aws/caller.ts";
import { Fault } from "../../aws/faults.ts";
import type { UnidentifiedRequest } from "../front.ts";

/** Identifies who is signed in, and else anyone. The front sees by the session which of them it is. */
export async function signedInOrAnyone(request: UnidentifiedRequest): Promise<Caller> {
  try {
    return (await request.session()).caller;
  } catch (error) {
    if (error instanceof Fault) return request.anyone([]);
    throw error;
  }
}
