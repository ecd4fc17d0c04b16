import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Fault, validationFault } from "../../aws/faults.ts";
import { type Connection, type ConnectionWish, connectionTypes, connectionVariables } from "../../base/connection.ts";

/** A connection as its file has it: with what it is found by, and who may use it. */
interface KnownConnection extends Connection {
  readonly clusterIdentifier?: string;
  readonly secretArn?: string;
  /** ARNs or names of roles. Absent: all. */
  readonly roles?: readonly string[];
}

/**
 * Finds a connection of the home, `connections/NAME.json`, or of the server's environment, for a role.
 * @throws Fault that names what is missing, and no secret
 */
export function findConnection(
  { names, type }: ConnectionWish,
  role: string,
  home: string,
  environment: Readonly<Record<string, string | undefined>>,
): Connection {
  const known = [...ofEnvironment(environment), ...ofHome(home)];
  const found = names
    .map((name) =>
      known.find((one) => [one.name, one.clusterIdentifier, one.secretArn].some((other) => other === name)),
    )
    .find((one) => one !== undefined);
  if (found === undefined) {
    const wanted = names.map((name) => JSON.stringify(name)).join(", ");
    const there = known.map(({ name }) => name).join(", ") || "none";
    throw validationFault(
      names.length === 0
        ? `The source names no connection; give its "connectionName". The connections are: ${there}.`
        : `There is no connection for ${wanted}; the connections are: ${there}. Write connections/NAME.json in the home, readable by its owner alone, with "clusterIdentifier" or "secretArn" where that is what the source names.`,
    );
  }
  if (found.type !== type)
    throw validationFault(`The connection ${found.name} is one of ${found.type}, and the source is one of ${type}.`);
  const { clusterIdentifier: _, roles, secretArn: __, ...connection } = found;
  if (roles && !roles.some((one) => one === role || role.endsWith(`:role/${one}`)))
    throw new Fault(
      "AccessDeniedException",
      `The connection ${found.name} is not for the role ${role}. Name the role among the "roles" of the connection.`,
      { status: 403 },
    );
  return connection;
}

function ofHome(home: string): readonly KnownConnection[] {
  const folder = join(home, "connections");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => {
      const place = `connections/${file}`;
      if (statSync(join(folder, file)).mode & 0o077)
        throw validationFault(
          `${place} can be read by others than its owner. Take that from them: chmod 600 ${place}.`,
        );
      return readConnection(readFileSync(join(folder, file), "utf8"), file.slice(0, -".json".length), place);
    });
}

const ofEnvironment = (environment: Readonly<Record<string, string | undefined>>): readonly KnownConnection[] =>
  Object.entries(environment).flatMap(([variable, text]) =>
    variable.startsWith(connectionVariables) && text
      ? [readConnection(text, variable.slice(connectionVariables.length).toLowerCase().replaceAll("_", "-"), variable)]
      : [],
  );

const texts = ["host", "database", "user", "password", "clusterIdentifier", "secretArn"] as const;
/** What Snowflake alone has. */
const snowflakeTexts = ["account", "warehouse", "schema", "role", "privateKey"] as const;

/** A parser's own words could show a part of the text, which holds the password. */
function readConnection(text: string, name: string, place: string): KnownConnection {
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(text);
    if (typeof given !== "object" || given === null || Array.isArray(given)) throw new Error();
  } catch {
    throw validationFault(`${place} is no object of JSON.`);
  }
  const wrong = (member: string, allowed: string) => validationFault(`${place}: "${member}" must be ${allowed}.`);
  const type = connectionTypes.find((known) => known === given.type);
  if (type === undefined) throw wrong("type", `one of ${connectionTypes.join(", ")}`);
  const own = type === "snowflake" ? snowflakeTexts : [];
  for (const member of [...texts, ...own])
    if (given[member] !== undefined && typeof given[member] !== "string") throw wrong(member, "a text");
  if (!given.host) throw wrong("host", "the name or the address of the database's machine");
  const { port, roles, tls } = given;
  if (port !== undefined && !(Number.isInteger(port) && (port as number) > 0 && (port as number) < 65_536))
    throw wrong("port", "a number from 1 to 65535");
  if (roles !== undefined && !(Array.isArray(roles) && roles.every((one) => typeof one === "string")))
    throw wrong("roles", "a list of ARNs or names of roles");
  const isTls = typeof tls === "boolean" || typeof (tls as { ca?: unknown } | undefined)?.ca === "string";
  if (tls !== undefined && !isTls) throw wrong("tls", 'true, false, or {"ca": "-----BEGIN CERTIFICATE..."}');
  if (type === "snowflake" && typeof tls === "object")
    throw wrong("tls", "true or false for snowflake, whose package trusts the certificates of the machine");
  const known = new Set<string>([...texts, ...own, "type", "port", "roles", "tls"]);
  const strange = Object.keys(given).find((member) => !known.has(member));
  if (strange !== undefined)
    throw validationFault(`${place} has a member "${strange}"; the members are ${[...known].join(", ")}.`);
  const { tls: _, ...rest } = given;
  const encryption = type === "snowflake" ? (tls ?? true) : tls;
  return { ...rest, ...(encryption ? { tls: encryption } : {}), name, type } as KnownConnection;
}
