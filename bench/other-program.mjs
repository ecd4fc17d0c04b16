import { createHash } from "node:crypto";
import { createServer } from "node:http";

// A program of a user's: it answers the container contract over HTTP, with a fixed amount of work for each request.
const rounds = Number(process.env.ROUNDS);
const { SAGEBRUSH_SOCKET, PORT } = process.env;
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  let digest = Buffer.concat(chunks);
  if (request.url === "/invocations")
    for (let round = 0; round < rounds; round++) digest = createHash("sha256").update(digest).digest();
  response.setHeader("content-type", "text/plain").end(digest.toString("hex"));
});
server.listen(SAGEBRUSH_SOCKET ?? { port: Number(PORT), host: "127.0.0.1" }, () => console.log("listens"));
process.once("SIGTERM", () => server.close());
