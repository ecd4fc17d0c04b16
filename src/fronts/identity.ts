import type { Front } from "./front.ts";
import { identityPath } from "./identity-path.ts";

/**
 * Tells anyone that the port is Sagebrush's and, on this machine, which home and process: `sagebrush start` asks a port
 * that is taken. It tells nothing that the page at `/` does not.
 */
export const identity: Front<"status"> = {
  unit: "front",
  name: "identity",
  uses: ["status"],
  path: identityPath,
  serves: ({ method }) => method === "GET",
  callers: "anyone",
  identify: (request) => request.anyone([]),
  async handle({ local }, { server }) {
    const { version, home, pid } = server.status();
    return {
      status: 200,
      headers: { "Content-Type": "application/json", "Cache-Control": "no-store" },
      body: `${JSON.stringify({ sagebrush: version, ...(local && { home, pid }) })}\n`,
    };
  },
};
