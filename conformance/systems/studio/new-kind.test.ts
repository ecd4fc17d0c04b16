import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AthenaClient, GetWorkGroupCommand } from "@aws-sdk/client-athena";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { generateStudioFacts } from "../../../tools/gen/studio-facts.ts";
import { generateStudioScreens } from "../../../tools/gen/studio-screens.ts";
import { createTestServer, region, root, type TestServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { expectWell, settled } from "./look-at.ts";
import { openStudio, type StudioBrowser } from "./open-studio.ts";
import { studio } from "./studio.ts";

/** All that somebody writes for a kind that Studio has not shown before, here with its service. */
const declaration = `
import { AthenaClient, CreateWorkGroupCommand, DeleteWorkGroupCommand, GetWorkGroupCommand, ListWorkGroupsCommand } from "@aws-sdk/client-athena";
import { defineService } from "../api/define-service.ts";
import { defineResource } from "../declare/define-resource.ts";

const service = defineService({ id: "athena", clientName: "AthenaClient", Client: AthenaClient });

export const addedGroup = defineResource({
  service,
  kind: "athena/added-group",
  title: "Added group",
  plural: "Added groups",
  area: "Data",
  words: "Where queries belong.",
  name: "Name",
  list: ListWorkGroupsCommand,
  pageSize: 50,
  columns: ["Name", "Description", "CreationTime"],
  describe: GetWorkGroupCommand,
  inside: "WorkGroup",
  tagged: () => false,
  sections: [{ title: "Group", members: ["Description", "CreationTime"] }],
  create: CreateWorkGroupCommand,
  form: [{ title: "Group", fields: [{ member: "Name", isName: true }, "Description"] }],
  delete: DeleteWorkGroupCommand,
});
`;

describe("a file that is added to Studio's resources", () => {
  /** A copy of the project, inside of it so that packages are found. */
  const copy = join(root, ".cache", `new-kind-${process.pid}`);
  let server: TestServer;
  let browser: StudioBrowser;

  beforeEach(async (context) => {
    await installed(context, studio);
  });
  beforeAll(async () => {
    mkdirSync(copy, { recursive: true });
    const isCopied = (path: string) => !path.startsWith(join(root, "studio", "dist")) && !/\.test\.tsx?$/.test(path);
    for (const name of ["bin", "src", "studio", "package.json", "tsconfig.json"])
      cpSync(join(root, name), join(copy, name), { recursive: true, filter: isCopied });
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    writeFileSync(join(copy, "studio/src/resources/added-group.tsx"), declaration);
    for (const generate of [generateStudioScreens, generateStudioFacts])
      for (const [path, text] of await generate(copy)) writeFileSync(join(copy, path), text);
    const build = `const { build } = await import("vite"); await build({ configFile: "studio/vite.config.ts", logLevel: "error" });`;
    execFileSync(process.execPath, ["--input-type=module", "--eval", build], {
      cwd: copy,
      env: { ...process.env, NODE_ENV: "production" },
      stdio: "pipe",
    });
    server = await createTestServer({ checkout: copy, environment: { SAGEBRUSH_REGION: region } });
    await server.start();
    browser = await openStudio(server);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(copy, { recursive: true, force: true });
  });

  test("is in the navigation and in the search, and has its list, form, page and clone", async () => {
    const { page } = browser;
    await browser.open("");
    await page.getByRole("link", { name: "Added groups", exact: true }).click();
    await page.getByRole("link", { name: "primary" }).waitFor();
    await settled(browser);
    await expectWell(browser, "the list");

    await page.getByRole("button", { name: "Create added group" }).click();
    await page.getByLabel("Name", { exact: true }).fill("made here");
    await page.getByText(/^It has to match/).waitFor();
    await page.getByLabel("Name", { exact: true }).fill("made-here");
    await page.getByLabel("Description").fill("By a form that nobody wrote");
    await expectWell(browser, "the form");
    await page.getByRole("button", { name: "Create added group" }).click();
    await page.getByRole("heading", { level: 1, name: "made-here" }).waitFor();
    await page.getByText("By a form that nobody wrote").first().waitFor();
    await settled(browser);
    await expectWell(browser, "the page");
    const athena = new AthenaClient(server.clientOptions);
    const { WorkGroup } = await athena.send(new GetWorkGroupCommand({ WorkGroup: "made-here" }));
    expect(WorkGroup?.Description).toBe("By a form that nobody wrote");

    await page.getByRole("button", { name: "Clone" }).click();
    await page.getByRole("heading", { level: 1, name: "Clone made-here" }).waitFor();
    expect(await page.getByLabel("Description").inputValue()).toBe("By a form that nobody wrote");

    await page.getByRole("combobox", { name: "Search" }).fill("added");
    await page.getByRole("option", { name: "Added groups" }).click();
    await page.getByRole("link", { name: "made-here" }).waitFor();
  });
});
