import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { serverAccess } from "./server-access.ts";

const addressFile = join(mkdtempSync(join(tmpdir(), "address-")), "url");
const folder = dirname(addressFile);
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  ["http://127.0.0.1:4620", "127.0.0.1,localhost"],
  ["http://192.168.7.3:4620", "127.0.0.1,localhost,192.168.7.3"],
])("a run reaches %s without a proxy, and finds the next address", (url, NO_PROXY) => {
  writeFileSync(addressFile, url);
  expect(serverAccess({ server: { address: true, sockets: [] } }, addressFile)).toEqual({
    environment: { AWS_ENDPOINT_URL: url, NO_PROXY, SAGEBRUSH_ADDRESS_FILE: addressFile },
    mounts: [{ source: folder, target: folder }],
  });
});

it("a run that does not ask for the server gets neither its address nor its file", () => {
  const access = serverAccess({ server: { address: false, sockets: [] } }, "/no/such/file");
  expect(access).toEqual({ environment: {}, mounts: [] });
});
