import { once } from "node:events";
import type { AddressInfo } from "node:net";

// An import would read every export of a module, and one of them loads Node's client for fetch.
const { createServer } = process.getBuiltinModule("node:http");
const { randomBytes, timingSafeEqual } = process.getBuiltinModule("node:crypto");

/** How long credentials say that they are valid; clients ask again before. They are valid as long as the run goes on. */
const validMilliseconds = 3_600_000;

/**
 * Answers with the credentials of the job's role, where every AWS SDK asks for those of a container. Returns the
 * variables that name the address; only who has them gets an answer, because other runs share the machine's network.
 */
export async function serveRoleCredentials(key: string, roleArn: string): Promise<Record<string, string>> {
  const [AccessKeyId, SecretAccessKey] = key.split(":");
  const token = randomBytes(24).toString("base64url");
  const wanted = Buffer.from(token);
  const server = createServer((request, response) => {
    const given = Buffer.from(request.headers.authorization ?? "");
    const isKnown = given.length === wanted.length && timingSafeEqual(given, wanted);
    response.writeHead(isKnown ? 200 : 403, { "Content-Type": "application/json" });
    const Expiration = new Date(Date.now() + validMilliseconds).toISOString();
    // Clients require a session token; the server knows the key without one.
    const credentials = { RoleArn: roleArn, AccessKeyId, SecretAccessKey, Token: AccessKeyId, Expiration };
    response.end(JSON.stringify(isKnown ? credentials : { code: "AccessDenied", message: "The token is missing." }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${port}/role-credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
  };
}
