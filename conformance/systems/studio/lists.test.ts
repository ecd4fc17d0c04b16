import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clientsOf } from "../../clients.ts";
import { region, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { checkPage, forgive } from "./page-checks.ts";
import { studio } from "./studio.ts";

/** In the order of their names. */
const groups = Array.from({ length: 230 }, (_, index) => `group-${String(index).padStart(3, "0")}`);
const used = ["group-001", "group-003"];

describe("a list, whose state is its address", () => {
  const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
  let room: StudioBrowser;
  let page: Page;

  beforeEach(async (context) => {
    await installed(context, studio);
  });
  beforeAll(async () => {
    const { sagemaker } = clientsOf(server);
    for (const ModelPackageGroupName of groups) await sagemaker.createModelPackageGroup({ ModelPackageGroupName });
    // A group with a version is refused to be deleted.
    for (const ModelPackageGroupName of used) await sagemaker.createModelPackage({ ModelPackageGroupName });
    buildStudio();
    room = await openStudio(server, { reducedMotion: "reduce" });
    page = room.page;
  });
  afterAll(() => room?.close());

  const shown = (name: string) => page.getByRole("link", { name, exact: true }).waitFor();
  const filter = () => page.getByLabel("Name contains");
  const next = () => page.getByRole("button", { name: "Next page" }).first().click();
  const remove = async () => {
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  };
  const select = (name: string) => page.getByRole("checkbox", { name: `Select ${name}`, exact: true });
  const selected = async () => {
    const boxes = await page.getByRole("checkbox", { name: /^Select [^a]/, checked: true }).all();
    return Promise.all(boxes.map(async (box) => (await box.getAttribute("aria-label"))?.replace("Select ", "")));
  };

  test("is the same after a reload, and going back leads through its pages and filters", async () => {
    await room.open("model-package-group?sort=Name");
    await next();
    await shown("group-100");
    await next();
    await shown("group-200");
    expect(await page.getByRole("row").count()).toBe(31);
    await page.reload();
    await shown("group-229");
    expect(await page.getByRole("row").count()).toBe(31);

    // A filter begins at its first page, with no token of the list before.
    await filter().fill("group-1");
    await shown("group-100");
    expect(page.url()).not.toContain("page=");
    await page.goBack();
    await shown("group-200");
    expect(await filter().inputValue()).toBe("");
    await page.goForward();
    await shown("group-100");
    expect(await filter().inputValue()).toBe("group-1");
    await page.getByRole("link", { name: "group-105" }).click();
    await page.getByRole("heading", { level: 1, name: "group-105" }).waitFor();
    await page.goBack();
    await shown("group-100");
    expect(await filter().inputValue()).toBe("group-1");
    // Beyond its end it is at its last page.
    await room.open("model-package-group?sort=Name&page=9");
    await shown("group-229");
    expect(room.complaints).toEqual([]);
  });

  test("has nothing selected that is not in sight", async () => {
    await room.open("model-package-group?sort=Name");
    await select("group-000").check({ force: true });
    expect(await selected()).toEqual(["group-000"]);
    await filter().fill("group-22");
    await shown("group-229");
    expect(await selected()).toEqual([]);
    expect(await page.getByRole("button", { name: "Delete" }).getAttribute("aria-disabled")).toBe("true");
    await select("group-229").check({ force: true });
    // What is deleted elsewhere is not selected any more.
    await clientsOf(server).sagemaker.deleteModelPackageGroup({ ModelPackageGroupName: "group-229" });
    await page.getByRole("link", { name: "group-229" }).waitFor({ state: "detached" });
    expect(await page.getByRole("button", { name: "Delete" }).getAttribute("aria-disabled")).toBe("true");
  });

  test("says what of a deletion went and what did not, and keeps that selected", async () => {
    await room.open("model-package-group?sort=Name");
    for (const name of ["group-000", ...used, "group-004"]) await select(name).check({ force: true });
    await remove();
    await page.getByText("2 model groups are deleted.").waitFor();
    await page.getByText("2 could not be deleted:").waitFor();
    for (const name of used)
      await page
        .getByRole("listitem")
        .filter({ hasText: new RegExp(`^${name} \\S`) })
        .waitFor();
    await page.getByRole("link", { name: "group-004" }).waitFor({ state: "detached" });
    expect(await selected()).toEqual(used);
    forgive(room, /status 4\d\d: .*DeleteModelPackageGroup/);
    await checkPage(room);
  });

  test("of a folder in S3 is the same, and its deletion says what stayed", async () => {
    const { s3 } = clientsOf(server);
    const Bucket = "listed";
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }));
    const keys = Array.from({ length: 250 }, (_, index) => `in/part-${String(index).padStart(3, "0")}`);
    for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
    await room.open(`s3/${Bucket}?key=in%2F`);
    await next();
    await shown("part-199");
    await next();
    await shown("part-249");
    await page.reload();
    await shown("part-249");
    const begins = page.getByLabel("Name begins with");
    await begins.fill("part-10");
    await shown("part-109");
    await page.getByRole("link", { name: "part-109" }).click();
    await page.getByRole("heading", { level: 1, name: "part-109" }).waitFor();
    await page.goBack();
    await shown("part-109");
    expect(await begins.inputValue()).toBe("part-10");
    expect(await page.getByRole("row").count()).toBe(11);
    await page.goBack();
    await shown("part-249");
    expect(await begins.inputValue()).toBe("");

    // The service's own answer for an object that it may not delete.
    await page.route(/\?delete/, async (route) => {
      const refused = "<Error><Key>in/part-249</Key><Code>AccessDenied</Code><Message>It is held.</Message></Error>";
      const body = `<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${refused}</DeleteResult>`;
      await s3.deleteObject({ Bucket, Key: "in/part-248" });
      await route.fulfill({ contentType: "application/xml", body });
    });
    for (const name of ["in/part-248", "in/part-249"]) await select(name).check({ force: true });
    await remove();
    await page.getByText("1 object is deleted.").waitFor();
    await page.getByText("1 could not be deleted:").waitFor();
    await page.getByText("It is held.").waitFor();
    await page.getByRole("link", { name: "part-248" }).waitFor({ state: "detached" });
    expect(await selected()).toEqual(["in/part-249"]);
    await page.unroute(/\?delete/);
    expect(room.complaints).toEqual([]);
  });
});
