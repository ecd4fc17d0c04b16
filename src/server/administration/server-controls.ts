import { once } from "../../base/once.ts";
import type { ServiceHost } from "../../frame/context.ts";
import type { ServerControls, Sessions } from "../../fronts/front.ts";
import { findConnection } from "../home/connections.ts";
import type { Home } from "../home/home.ts";
import { productVersion } from "../process/product.ts";
import type { WorkerPool } from "../workers/worker-pool.ts";
import { activityOf } from "./activity.ts";

import type { Notices } from "./notices.ts";

/** Makes what fronts may ask of the server itself. */
export function createServerControls(options: {
  readonly home: Home;
  readonly notices: Notices;
  readonly host: ServiceHost;
  readonly workers: WorkerPool | undefined;
  readonly region: string;
  readonly sessions: Sessions;
  readonly live: ServerControls["live"];
  /** When the server started, in milliseconds since 1970. */
  readonly started: number;
  readonly reset: () => Promise<void>;
  readonly stop: () => void;
  /** The server's variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}): ServerControls {
  const { home, notices, host, workers, region, sessions, live, started, reset, stop, environment } = options;
  const { account, path } = home;
  const lender = once(async () => (await import("../request/lend-objects.ts")).createLender(host));
  const ingestions = once(async () => (await import("./ingestions.ts")).createIngestions(host, account));
  return {
    status: () => ({
      ...{ version: productVersion, url: home.url(), home: path, account, region, pid: process.pid, started },
      memoryBytes: process.memoryUsage.rss(),
      workers: workers?.list() ?? [],
      warnings: notices.warnings(),
    }),
    activity: () => activityOf(host, account),
    sessions,
    ingestions: {
      begin: async (...asked) => (await ingestions()).begin(...asked),
      list: async () => (await ingestions()).list(),
      stop: async (...asked) => (await ingestions()).stop(...asked),
    },
    live,
    reset,
    // The answer to the request leaves first.
    stop: () => void setImmediate(stop),
    connection: (wish, role) => findConnection(wish, role, path, environment),
    async topicCertificate() {
      const key = { account: "-", region: "-", kind: "sns/signing-key", name: "topics" };
      const document = await host.resources.get(key);
      return (document?.wanted as { readonly certificate: string } | undefined)?.certificate;
    },
    lend: async (...lent) => (await lender())(...lent),
  };
}
