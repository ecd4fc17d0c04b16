import { networkInterfaces } from "node:os";
import { expect, it } from "vitest";
import { exposureWarning } from "./exposure.ts";

const url = "http://127.0.0.1:4620";

it("says nothing of a server that this machine alone reaches", () => {
  for (const host of ["127.0.0.1", "127.0.0.2", "::1", "localhost"]) expect(exposureWarning(host, url)).toBeUndefined();
});

it("names the addresses that others reach, and that nothing is encrypted", () => {
  expect(exposureWarning("192.0.2.7", url)).toMatch(/at http:\/\/192\.0\.2\.7:4620\. Nothing is encrypted/);
  const outer = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === "IPv4" && !one.internal);
  expect(exposureWarning("0.0.0.0", url)).toContain(`http://${outer?.address ?? "127.0.0.1"}:4620`);
});
