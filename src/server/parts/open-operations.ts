import { createWire } from "../../wire/create-wire.ts";
import { productVersion } from "../process/product.ts";
import type { AccessLog } from "../request/access-log.ts";
import { createAudit } from "../request/audit.ts";
import { createCallChain } from "../request/chain.ts";
import { createHandlers } from "../request/handlers.ts";
import type { Settings } from "../settings/settings.ts";
import type { Units } from "./units.ts";

/** Opens the path of calls: what requests and calls in process share. */
export function openOperations(opened: {
  readonly units: Pick<Units, "services">;
  readonly settings: Pick<Settings, "hostName">;
  readonly accessLog: AccessLog;
  readonly serviceLog: AccessLog;
}) {
  const { services } = opened.units;
  const wire = createWire({
    version: productVersion,
    hostName: opened.settings.hostName,
    served: Object.fromEntries(Object.entries(services).map(([id, service]) => [id, Object.keys(service)])),
  });
  const audit = createAudit({ access: opened.accessLog, service: opened.serviceLog });
  const handlers = createHandlers(services);
  return { wire, audit, handlers, call: createCallChain({ wire, handlers, audit }) };
}
