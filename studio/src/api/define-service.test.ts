import { expect, test } from "vitest";
import { refuseSteps } from "./define-service.ts";

test.each(["/odd/../victim/secret", "/odd/.", "/odd/a/%2E./b", "/.."])("%s is not asked for", (path) => {
  expect(() => refuseSteps(path)).toThrow("A browser cannot ask for a name");
});

test.each(["/odd/a..b", "/odd/.../x", "/odd/.hidden", "/", "/odd/a%2Fb"])("%s is", (path) => {
  refuseSteps(path);
});
