import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type ConnectorName, type ConnectorRecord, connectorRecord, connectors } from "../../base/connectors.ts";

/** A connector of a home. */
export interface KeptConnector extends ConnectorRecord {
  readonly name: string;
  /** What the product would put there now, where that is another version or nothing. */
  readonly now?: string;
}

/** Lists the connectors in a folder. */
export function listConnectors(folder: string): readonly KeptConnector[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const record = recordOf(join(folder, name));
      if (record === undefined) return [];
      const known = (connectors as Record<string, (typeof connectors)[ConnectorName] | undefined>)[name];
      return [{ name, ...record, ...(known?.version !== record.version && { now: known?.version ?? "none" }) }];
    });
}

export function recordOf(folder: string): ConnectorRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, connectorRecord), "utf8")) as ConnectorRecord;
  } catch {
    return undefined;
  }
}

export const removeConnector = (folder: string, name: string): void =>
  rmSync(join(folder, name), { recursive: true, force: true });
