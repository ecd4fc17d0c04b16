import type { SettingValues } from "../base/define-setting.ts";
import type { unitSettings } from "./settings.gen.ts";

/** What services read of how the server is set up: the settings that units declare, and what the server adds. */
export interface ServiceSettings extends SettingValues<typeof unitSettings> {
  readonly version: string;
  /** The server's own address as a job sees it: "http://127.0.0.1:4620". */
  readonly endpoint: () => string;
  /** The folder of packages by which runs read databases; it may not be there. */
  readonly connectors: string;
  /** The secret that every run's key is derived from; see runs/run-key.ts. */
  readonly runSecret: string;
  /** Called at the named points of a kind's life, where a test may have the server kill itself. */
  readonly reached: (point: string) => void;
}
