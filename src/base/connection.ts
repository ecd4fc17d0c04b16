/** Where what stages a run asks for a connection, and the name in the credential scope of its requests. */
export const [connectionPath, connectionSigningName] = ["/_sagebrush/run-connection", "sagebrush"] as const;

/** The action of a run's grant to read by connections; its resources are the roles as which the run does. */
export const connectionAction = "sagebrush:ReadConnection";

export const connectionTypes = ["postgresql", "redshift", "mysql", "snowflake"] as const;
export type ConnectionType = (typeof connectionTypes)[number];

/** What a run wants to read by. */
export interface ConnectionWish {
  readonly type: ConnectionType;
  /** What the connection is found by, the first that is known: its name, a cluster's identifier, a secret's ARN. */
  readonly names: readonly string[];
}

/** How a database is reached. It holds the password: nothing writes it to a document, a log or a variable of a job. */
export interface Connection {
  readonly name: string;
  readonly type: ConnectionType;
  readonly host: string;
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
  readonly password?: string;
  /** Snowflake's: a private key in PEM, in place of a password. */
  readonly privateKey?: string;
  /** Snowflake's. Absent: the first word of the host's name. */
  readonly account?: string;
  /** Snowflake's: where a query runs, the schema that names are of, and the role of the session. */
  readonly warehouse?: string;
  readonly schema?: string;
  readonly role?: string;
  /** Absent: without TLS. `ca`: the certificates, in PEM, that are trusted in place of the machine's. */
  readonly tls?: true | { readonly ca: string };
}

/** With a name after it, a variable of the server's environment that has a connection as JSON, in place of a file of the home. */
export const connectionVariables = "SAGEBRUSH_CONNECTION_";
