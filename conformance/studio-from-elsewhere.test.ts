import { once } from "node:events";
import { request } from "node:http";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import { text } from "node:stream/consumers";
import { URL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createBrowser } from "./browser.ts";
import { useServer } from "./server.ts";

/** An address of this machine by which others reach it. */
const ofNetwork = Object.values(networkInterfaces())
  .flat()
  .find((one) => one && !one.internal && one.family === "IPv4")?.address;

const tunnels: Server[] = [];
afterEach(() => {
  for (const tunnel of tunnels.splice(0)) tunnel.close();
});

/** What `ssh -L PORT:HOST:HOSTPORT` does: the machine itself connects, for whoever comes to a port of the other's loopback. */
async function tunnelTo({ hostname, port }: URL): Promise<string> {
  const tunnel = createServer((near) => {
    const far = connect(Number(port), hostname);
    near.pipe(far).pipe(near);
    for (const end of [near, far]) end.on("error", () => {});
  });
  tunnels.push(tunnel.listen(0, "127.0.0.1"));
  await once(tunnel, "listening");
  return `http://localhost:${(tunnel.address() as AddressInfo).port}`;
}

describe.each([
  { host: "0.0.0.0", workers: "1" },
  { host: ofNetwork, workers: "1" },
  { host: ofNetwork, workers: "2" },
])("a server on $host with $workers process(es)", ({ host, workers }) => {
  if (host === undefined) return it.skip("this machine is on no network", () => {});
  const server = useServer({ words: ["--host", host], environment: { SAGEBRUSH_WORKERS: workers } });
  const link = async () => (await server.sagebrush("studio")).stdout.trim();

  it("shows Studio through an SSH tunnel: its pages, its API, and its WebSocket", async () => {
    const url = await tunnelTo(new URL(server.url));
    const browser = createBrowser({ url });
    expect(await browser.signIn(await link())).toMatchObject({ status: 200 });
    expect(await browser.ask("/_studio/session")).toMatchObject({ status: 200 });
    const asked = {
      method: "POST",
      headers: { "x-amz-target": "SageMaker.ListTrainingJobs", "content-type": "application/x-amz-json-1.1" },
      body: "{}",
    };
    expect(await browser.ask("/_studio/api/", asked)).toMatchObject({ text: '{"TrainingJobSummaries":[]}' });
    const socket = new WebSocket(`${url.replace("http", "ws")}/_studio/live?csrf=${browser.csrf}`, {
      headers: { origin: url, cookie: browser.cookie },
    });
    const [hello] = (await once(socket, "message")) as [Buffer];
    expect(JSON.parse(hello.toString())).toMatchObject({ type: "hello" });
    socket.terminate();
  });

  it("shows it on the machine itself by the address that its link has", async () => {
    const browser = createBrowser(server);
    expect(await browser.signIn(await link())).toMatchObject({ status: 200 });
  });

  it("refuses it over plain HTTP from another address, and names the two ways, the tunnel as it would work", async () => {
    const { hostname, port } = new URL(server.url);
    const from = hostname === "127.0.0.1" ? ofNetwork : undefined;
    // Where the server has no other address, the client says that it came by a proxy.
    const headers = { accept: "text/html", ...(from === undefined && { "x-forwarded-for": "192.0.2.99" }) };
    for (const path of ["/_studio/", "/_studio/session", "/_studio/sign-in", "/_studio/api/"]) {
      const asked = request({ host: hostname, port, path, headers, localAddress: from, agent: false });
      const [answer] = await once(asked.end(), "response");
      expect({ path, status: answer.statusCode, said: await text(answer) }).toEqual({
        path,
        status: 403,
        said: expect.stringMatching(
          new RegExp(`SSH tunnel \\(ssh -L ${port}:${hostname}:${port} .*SAGEBRUSH_TRUSTED_PROXY`),
        ),
      });
    }
  });
});
