import { identityPath } from "../../fronts/identity-path.ts";
import { request } from "../../wire/node-http.ts";

/** What a Sagebrush server says of itself; home and process only to clients of its own machine. */
export interface PortOwner {
  readonly sagebrush: string;
  readonly home?: string;
  readonly pid?: number;
}

const patienceMilliseconds = 1000;
const longestAnswer = 10_000;

/** Asks a port whose it is; undefined when it is no Sagebrush server, or one that does not answer. */
export function whoListens(host: string, port: number): Promise<PortOwner | undefined> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(patienceMilliseconds);
    const asking = request({ host, port, path: identityPath, signal, agent: false }, async (response) => {
      try {
        let text = "";
        for await (const bytes of response.setEncoding("utf8")) {
          text += bytes;
          if (text.length > longestAnswer) break;
        }
        const owner = JSON.parse(text) as PortOwner | null;
        resolve(typeof owner?.sagebrush === "string" ? owner : undefined);
      } catch {
        resolve(undefined);
      }
    });
    asking.once("error", () => resolve(undefined));
    asking.end();
  });
}
