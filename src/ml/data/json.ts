/** Bytes that are no JSON. */
export class JsonError extends Error {}

/** Reads a JSON document. @throws JsonError, which says where it is wrong */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new JsonError(`it is no JSON: ${(error as Error).message}`);
  }
}
