import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { withWholePath } from "./define-service.ts";

beforeAll(() => vi.stubGlobal("location", { origin: "http://127.0.0.1:4620" }));
afterAll(() => vi.unstubAllGlobals());

test.each(["/odd/../victim/secret", "/odd/.", "/odd/a/%2E./b", "/.."])("%s goes in a header, whole", (path) => {
  const sent = withWholePath(`/_studio/api${path}`);
  expect(sent).toEqual({ path: "/_studio/api/", headers: { "x-sagebrush-path": path } });
});

test.each(["/odd/a..b", "/odd/.../x", "/odd/.hidden", "/", "/odd/a%2Fb"])("%s is asked for as it is", (path) => {
  expect(withWholePath(`/_studio/api${path}`)).toEqual({ path: `/_studio/api${path}`, headers: {} });
});
