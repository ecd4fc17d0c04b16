import { Agent } from "../wire/node-http.ts";

/** Connections to servers in runs, kept open from one call to the next. No answer depends on which are there. */
export type Connections = InstanceType<typeof Agent>;

export const createConnections = (): Connections => new Agent({ keepAlive: true, maxFreeSockets: 64 });
