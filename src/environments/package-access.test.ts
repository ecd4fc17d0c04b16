import { afterEach, expect, it, vi } from "vitest";
import { type EnvironmentPlan, givenPlan, planIdentity } from "./environment-plan.ts";
import { openAccess, packageAccess } from "./package-access.ts";

afterEach(() => vi.unstubAllEnvs());

it("takes how packages are reached from the server's environment, and nothing else of it", () => {
  const environment = {
    PATH: "/bin",
    AWS_SECRET_ACCESS_KEY: "secret",
    PIP_INDEX_URL: "https://user:pass@index/simple",
    PIP_TARGET: "/home/me",
    UV_CACHE_DIR: "/home/me/.cache",
    UV_PUBLISH_TOKEN: "secret",
    https_proxy: "http://proxy:3128",
    HTTP_PROXY: undefined,
  };
  const access = { PIP_INDEX_URL: "https://user:pass@index/simple", https_proxy: "http://proxy:3128" };
  expect(packageAccess(environment, undefined)).toEqual(access);
  expect(packageAccess(environment, "/wheels")).toMatchObject({
    ...access,
    PIP_NO_INDEX: "1",
    PIP_FIND_LINKS: "/wheels",
  });
});

it("gives it to a run in a variable of its own", () => {
  expect(givenPlan).toThrow("SAGEBRUSH_PYTHON is not set");
  const plan: EnvironmentPlan = {
    lock: "base-python",
    folder: "/e",
    python: { version: "3.11.2" },
    access: { PIP_INDEX_URL: "https://index" },
  };
  for (const [name, value] of Object.entries(planIdentity(plan))) vi.stubEnv(name, value);
  expect(givenPlan()).toEqual(plan);
});

it("leaves names and passwords out for code that is not the product's", () => {
  const access = {
    PIP_INDEX_URL: "https://user:p%40ss@index/simple",
    PIP_EXTRA_INDEX_URL: "https://token@a/simple https://b/simple",
    UV_INDEX_OWN_USERNAME: "me",
    UV_INDEX_OWN_PASSWORD: "secret",
    HTTPS_PROXY: "http://me:secret@proxy:3128",
    NO_PROXY: "localhost",
  };
  expect(openAccess(access)).toEqual({
    PIP_INDEX_URL: "https://index/simple",
    PIP_EXTRA_INDEX_URL: "https://a/simple https://b/simple",
    HTTPS_PROXY: "http://proxy:3128",
    NO_PROXY: "localhost",
  });
});
