import type { ServiceSettings } from "../frame/service-settings.ts";
import type { Home } from "./home/home.ts";
import { productVersion } from "./product.ts";
import type { Settings } from "./settings.ts";

export function serviceSettings(
  settings: Settings,
  server: { readonly home: Home; readonly endpoint: () => string },
): ServiceSettings {
  return {
    version: productVersion,
    administrator: settings.administrator,
    roles: settings.roles,
    holdWaiters: settings.holdWaiters === "on",
    endpoint: server.endpoint,
    runSecret: server.home.runSecret,
    reached: settings.killAt ? (point) => killAt(point, settings.killAt) : () => {},
  };
}

/** Kills the process as `kill -9` does: nothing is flushed, closed or reported. */
function killAt(point: string, wanted: string): void {
  if (point === wanted) process.kill(process.pid, "SIGKILL");
}
