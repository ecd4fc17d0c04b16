import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { ObjectClient } from "../object-client.ts";

/** Makes a client of these objects, by key, whatever the bucket; a download writes the file, and `written` gets what is written. */
export function objectsOf(
  bodies: Readonly<Record<string, string | Uint8Array>>,
  written: Map<string, Buffer> = new Map(),
): ObjectClient {
  const bodyOf = (key: string): Buffer => {
    const body = bodies[key];
    if (body === undefined) throw Object.assign(new Error("It is not there."), { name: "NoSuchKey" });
    return Buffer.from(body as string);
  };
  async function* once(bytes: Uint8Array) {
    yield bytes;
  }
  return {
    async *list(_, prefix) {
      for (const key of Object.keys(bodies)) if (key.startsWith(prefix)) yield { key, sizeBytes: bodyOf(key).length };
    },
    readText: async (_, key) => bodyOf(key).toString(),
    async download(_, key, file) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bodyOf(key), { flag: "wx" });
    },
    async open(_, key) {
      const body = bodyOf(key);
      return { sizeBytes: body.length, body: once(body), close() {} };
    },
    lend: async () => ({ cannot: "there is no server" }),
    upload: async () => {},
    remove: async () => {},
    write(_, key) {
      const pieces: Uint8Array[] = [];
      return {
        write: async (bytes) => void pieces.push(bytes),
        end: async () => void written.set(key, Buffer.concat(pieces)),
        abort: async () => {},
      };
    },
  };
}
