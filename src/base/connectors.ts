/**
 * Packages that reach a kind of database, and that are too heavy to come with the install: each is put into a home when it is asked
 * for, `sagebrush connectors add NAME`, with the packages of its lock (`cli/connectors/NAME.lock.json`), whose digests are known.
 */
export const connectors = {
  snowflake: { package: "snowflake-sdk", version: "3.3.0", mebibytes: 120 },
} as const;

export type ConnectorName = keyof typeof connectors;
export const connectorNames = Object.keys(connectors) as readonly ConnectorName[];

/** The file of a connector's folder that says what was put there. It is written last. */
export const connectorRecord = "connector.json";

export interface ConnectorRecord {
  readonly package: string;
  readonly version: string;
}
