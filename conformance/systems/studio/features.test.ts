import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Dataset, firstDataset, firstJoin, type WantedDataset } from "../../../studio/src/features/dataset.ts";
import { datasetPython, sdkVersions } from "../../../studio/src/features/dataset-python.ts";
import { datasetSql } from "../../../studio/src/features/dataset-sql.ts";
import { groupOf } from "../../../studio/src/features/group.ts";
import { clientsOf } from "../../clients.ts";
import { featureBucket, hourOf, makeClicks, offlineOf, putClick, recordsOf, rowsOf } from "../../feature-groups.ts";
import { region, root, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { checkPage, forgive } from "./page-checks.ts";
import { studio } from "./studio.ts";

const patience = { timeout: 60_000 };

describe("features in Studio", { timeout: 600_000 }, () => {
  const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
  let browser: StudioBrowser;
  let page: Page;

  beforeEach(async (context) => {
    await installed(context, studio);
    // A check that fails leaves the page narrow.
    await page.setViewportSize({ width: 1280, height: 900 });
  });
  beforeAll(async () => {
    buildStudio();
    const { sagemaker } = clientsOf(server);
    await makeClicks(server, "clicks");
    await makeClicks(server, "visits", { TableFormat: "Iceberg" });
    for (const [hour, id] of [..."abcdef"].entries())
      await putClick(server, "clicks", { Id: id, time: hourOf(hour), clicks: String(hour), share: "0.5" });
    await putClick(server, "clicks", { Id: "a", time: hourOf(9), clicks: "90", share: "0.25" });
    // A moment that is written twice, and a record that is deleted and comes back.
    for (const [id, hour, clicks] of [
      ["a", 1, 1],
      ["a", 1, 2],
      ["b", 2, 3],
      ["b", 4, 4],
      ["c", 5, 5],
    ] as const)
      await putClick(server, "visits", { Id: id, time: hourOf(hour), clicks: `${clicks}`, share: "0.5" });
    const gone = { RecordIdentifierValueAsString: "b", EventTime: hourOf(3) };
    await recordsOf(server).deleteRecord({ FeatureGroupName: "visits", ...gone });
    await sagemaker.updateFeatureMetadata({
      ...{ FeatureGroupName: "clicks", FeatureName: "clicks", Description: "How often" },
      ParameterAdditions: [
        { Key: "team", Value: "growth" },
        { Key: "unit", Value: "count" },
      ],
    });
    browser = await openStudio(server);
    page = browser.page;
  }, 300_000);
  afterAll(() => browser?.close());

  /** From its head: what lies half below the bar above is measured as less than it is. */
  async function check(): Promise<void> {
    await page.evaluate("scrollTo(0, 0)");
    await checkPage(browser);
  }
  /** Holds the page against what is promised, also dark. */
  async function checkLooks(): Promise<void> {
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      await check();
    }
  }
  const rows = (table: string) => page.getByRole("table", { name: table }).locator("tbody").getByRole("row");
  const cell = (row: string, text: string) =>
    page.getByRole("row", { name: row }).getByRole("cell", { name: text, exact: true }).first();

  /** The value beside a title. */
  const figure = async (title: string) =>
    await page
      .locator("dt, [class*=key-label]")
      .filter({ hasText: title })
      .first()
      .locator("xpath=following::*[1]")
      .textContent();
  /** Waits until the offline store has so many events of a group. */
  async function offlineRows(group: string, count: number): Promise<void> {
    const { table } = await offlineOf(server, group);
    await expect.poll(() => rowsOf(server, `SELECT count(*) FROM ${table}`), patience).toEqual([[String(count)]]);
  }

  test("features are found across groups by name, type, group and parameter", async () => {
    await browser.open("feature");
    await expect.poll(() => rows("Features").count()).toBe(8);
    await page.getByRole("button", { name: /^Type Type/ }).click();
    await page.getByRole("option", { name: "Integral" }).click();
    await expect.poll(() => rows("Features").count()).toBe(2);
    await page.getByRole("button", { name: /^Group Group/ }).click();
    await page.getByRole("option", { name: "visits" }).click();
    await expect.poll(() => rows("Features").count()).toBe(1);
    await browser.open("feature?Parameters=team%3Dgrowth");
    await page.getByRole("link", { name: "clicks" }).first().waitFor();
    await expect.poll(() => rows("Features").count()).toBe(1);
    await page.getByPlaceholder("Parameter: key, or key=value").fill("team=sales");
    await page.getByText("No feature matches.").waitFor();
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await page.getByPlaceholder("Name contains").fill("shar");
    await expect.poll(() => rows("Features").count()).toBe(2);
    await checkLooks();
  });

  test("groups are found by a feature that they have, and by tags", async () => {
    const { sagemaker } = clientsOf(server);
    const { FeatureGroupArn } = await sagemaker.describeFeatureGroup({ FeatureGroupName: "visits" });
    await sagemaker.addTags({ ResourceArn: FeatureGroupArn!, Tags: [{ Key: "team", Value: "growth" }] });
    await browser.open("feature-group?Tags=team");
    await page.getByRole("link", { name: "visits" }).waitFor();
    expect(await rows("Feature groups").count()).toBe(1);
    await page.getByPlaceholder("Tag: key, or key=value").fill("");
    await page.getByPlaceholder("Has the feature").fill("share");
    await expect.poll(() => rows("Feature groups").count()).toBe(2);
    await page.getByPlaceholder("Has the feature").fill("shar");
    await page.getByText("No feature group matches.").waitFor();
  });

  test("a feature's description and parameters are edited, each alone", async () => {
    await browser.open("feature/clicks%2Fclicks");
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel(/^Description/).fill("Clicks a day");
    await page.getByRole("button", { name: "Remove parameter 2" }).click();
    await page.getByRole("button", { name: "Add parameter" }).click();
    await page.getByLabel("Key").nth(1).fill("not a key!");
    await page.getByLabel("Value").nth(1).fill("x");
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    await page
      .getByText(/It has to match/)
      .first()
      .waitFor();
    await check();
    await page.getByLabel("Key").nth(1).fill("owner");
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "clicks" }).waitFor();
    await page.getByText("Clicks a day").waitFor();
    const { sagemaker } = clientsOf(server);
    const names = { FeatureGroupName: "clicks", FeatureName: "clicks" };
    expect(await sagemaker.describeFeatureMetadata(names)).toMatchObject({
      Description: "Clicks a day",
      Parameters: [
        { Key: "team", Value: "growth" },
        { Key: "owner", Value: "x" },
      ],
    });
  });

  test("statistics are of the latest records, of all events, or of a sample of the online store, and say which", async () => {
    await browser.open("feature/clicks%2Fclicks?tab=Statistics");
    const work = async (source: string, records: string) => {
      await page.getByLabel(source).check();
      await page.getByRole("button", { name: "Work out statistics" }).click();
      await page.getByText(`Of: ${source.replace(/^[AT]/, (letter) => letter.toLowerCase())}.`).waitFor();
      expect(await figure("Records")).toBe(records);
    };
    await offlineRows("clicks", 7);
    await work("The latest record of each identifier", "6");
    await work("All events", "7");
    await work("A sample of 100 records of the online store", "6");
    expect(await figure("Greatest")).toBe("90");
    await checkLooks();
  });

  test("a record is looked up, put with what is typed, refused at its field, and deleted", async () => {
    await browser.open("feature-group/clicks?tab=Records");
    await page.getByRole("link", { name: "b", exact: true }).click();
    await cell("clicks", "1").waitFor();
    await checkLooks();
    await page.getByRole("button", { name: "Put it anew" }).click();
    const form = page.getByRole("form", { name: "Put a record" });
    expect(await form.getByLabel("time", { exact: true }).inputValue()).toMatch(/^20\d\d-\d\d-\d\dT.*Z$/);
    await form.getByLabel(/^clicks/).fill("one");
    await form.getByRole("button", { name: "Put the record" }).click();
    await form.getByText('A whole number of 64 bits, such as 42, and not "one".').waitFor();
    await check();
    await form.getByLabel(/^clicks/).fill("11");
    await form.getByLabel("time", { exact: true }).fill("2026-02-30T00:00:00Z");
    await form.getByText("A time in UTC, such as").waitFor();
    await form.getByLabel("time", { exact: true }).fill(hourOf(12));
    await form.getByLabel(/^Time to live/).fill("3");
    await form.getByRole("button", { name: "Put the record" }).click();
    await page.getByText("The record b is put.").waitFor();
    // The day of the record is long ago, so its three days are as well.
    await page.getByText("The online store has no such record now.").waitFor();
    await page.getByRole("button", { name: "Put it", exact: true }).click();
    await form.getByLabel(/^share/).fill("0.75");
    await form.getByRole("button", { name: "Put the record" }).click();
    await cell("share", "0.75").waitFor();

    await page.getByRole("button", { name: "Delete" }).last().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Hard").check();
    await dialog.getByLabel("Event time").fill(hourOf(1));
    await dialog.getByRole("button", { name: "Delete" }).click();
    await dialog.getByText(/is not later than the event time of the record/).waitFor();
    forgive(browser, /^status 400: \S+\/FeatureGroup\/clicks/);
    await dialog.getByLabel("Soft").check();
    await dialog.getByLabel("Event time").fill(new Date(Date.now() + 1_000).toISOString());
    await dialog.getByRole("button", { name: "Delete" }).click();
    await page.getByText("The record b is deleted.").waitFor();
    await page.getByText("The online store has no such record now.").waitFor();
    const asked = { FeatureGroupName: "clicks", RecordIdentifierValueAsString: "b" };
    expect((await recordsOf(server).getRecord(asked)).Record).toBeUndefined();

    // Two puts before, one now, and the deletion.
    await offlineRows("clicks", 10);
    await page.getByRole("button", { name: "Read the history" }).click();
    await expect.poll(() => page.getByRole("region", { name: "Result" }).getByRole("row").count(), patience).toBe(5);
    await page.getByRole("button", { name: "All records" }).click();
    await expect.poll(() => rows("Records").count()).toBe(5);
  });

  test("a group is made of definitions that are pasted and edited, and others are added; none is ever removed", async () => {
    await browser.open("feature-group/create");
    await page.getByLabel("Feature group name").fill("baskets");
    await page.getByRole("button", { name: "JSON", exact: true }).click();
    const json = page.getByRole("textbox", { name: "Definitions as JSON" });
    await json.fill('[{ "FeatureName": "id", ');
    await page.getByText(/^This is no JSON/).waitFor();
    await page.getByRole("button", { name: "Create feature group" }).click();
    await page.getByText("This is not written to its end, or has a mistake.").waitFor();
    await check();
    // What was typed stays, whichever view is chosen.
    await page.getByRole("button", { name: "Table", exact: true }).click();
    expect(await json.inputValue()).toBe('[{ "FeatureName": "id", ');
    await json.fill(
      JSON.stringify([
        { FeatureName: "id", FeatureType: "Integral" },
        { FeatureName: "at", FeatureType: "Fractional" },
        { FeatureName: "sum", FeatureType: "Fractional" },
      ]),
    );
    await page.getByLabel("Name 3").fill("total");
    await page.getByRole("button", { name: "Add feature" }).click();
    await page.getByLabel("Name 4").fill("id");
    await page.getByText("id is defined twice: names differ in more than the case of letters.").waitFor();
    await page.getByLabel("Name 4").fill("vector");
    await page.getByRole("button", { name: /Collection 4/ }).click();
    await page.getByRole("option", { name: "Vector" }).click();
    await page.getByLabel("Dimension 4").fill("3");
    await page.getByText(/vector is a Vector: collections need the storage type InMemory/).waitFor();
    await page.getByRole("button", { name: "JSON", exact: true }).click();
    expect(JSON.parse(await json.inputValue()).slice(2)).toEqual([
      { FeatureName: "total", FeatureType: "Fractional" },
      {
        ...{ FeatureName: "vector", FeatureType: "Fractional", CollectionType: "Vector" },
        CollectionConfig: { VectorConfig: { Dimension: 3 } },
      },
    ]);
    await page.getByRole("button", { name: "Table", exact: true }).click();
    await page.getByLabel("Record identifier", { exact: true }).fill("number");
    await page.getByText("number is not among the definitions.").waitFor();
    await page.getByLabel("Record identifier", { exact: true }).fill("id");
    await page.getByLabel("Event time", { exact: true }).fill("at");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Storage type/ }).click();
    await page.getByRole("option", { name: "InMemory" }).click();
    await checkLooks();
    await page.getByRole("button", { name: "Create feature group" }).click();
    await page.getByRole("heading", { level: 1, name: "baskets" }).waitFor();
    await page.getByRole("tab", { name: "Features" }).click();
    await page.getByText("Vector of Fractional, 3 values").waitFor();

    await page.getByRole("button", { name: "Add features" }).click();
    await page.getByText("4 definitions are there, and stay").waitFor();
    await page.getByRole("button", { name: "JSON", exact: true }).click();
    const schema = page.getByRole("textbox", { name: "The whole schema as JSON" });
    const whole = JSON.parse(await schema.inputValue()) as object[];
    await schema.fill(JSON.stringify(whole.slice(1)));
    await page.getByText("The definition of id is missing: a definition is never removed from a group.").waitFor();
    await schema.fill(JSON.stringify([...whole, { FeatureName: "note", FeatureType: "String" }]));
    await page.getByRole("button", { name: "Table", exact: true }).click();
    expect(await page.getByLabel("Name 5").inputValue()).toBe("note");
    await checkLooks();
    await page.getByRole("button", { name: "Add features" }).click();
    await page.getByRole("link", { name: "note", exact: true }).waitFor(patience);

    await page.getByRole("tab", { name: "Records" }).click();
    await page.getByRole("button", { name: "New record" }).click();
    const form = page.getByRole("form", { name: "Put a record" });
    await form.getByLabel("id", { exact: true }).fill("7");
    await form.getByLabel(/^vector/).fill("1\n2");
    await form.getByText("The vector has 3 values, a line each; here are 2.").waitFor();
    await form.getByLabel(/^vector/).fill("1\n2\n3.5");
    await form.getByRole("button", { name: "Put the record" }).click();
    await cell("vector", "1, 2, 3.5").waitFor();
  });

  const sdkPython = (version: "v2" | "v3") => join(root, `.venv-${version}`, "bin", "python");
  /** Runs programs of the SDK one after the other, each ending with a frame, and gives the rows of each. */
  async function framesOf(version: "v2" | "v3", programs: readonly string[]): Promise<unknown[][][]> {
    const folder = await mkdtemp(join(tmpdir(), "features-studio-"));
    const file = join(folder, "program.py");
    const text = `import json, os
os.chdir(${JSON.stringify(folder)})
import sagemaker
if hasattr(sagemaker, "Session"):
    # It asks every five seconds.
    sagemaker.Session.wait_for_athena_query.__defaults__ = (0.1,)
for program in json.loads(${JSON.stringify(JSON.stringify(programs))}):
    names = {}
    exec(program, names)
    print("ROWS " + names["frame"].to_json(orient="values"))
`;
    await writeFile(file, text);
    const { code, stdout, stderr } = await server.sagebrush("exec", "--", sdkPython(version), file);
    await rm(folder, { recursive: true });
    expect(code, stderr).toBe(0);
    return stdout.match(/(?<=^ROWS ).*/gm)!.map((line) => JSON.parse(line) as unknown[][]);
  }
  /** Rows whatever their order, and whether a number was a text. */
  const alike = (of: readonly (readonly unknown[])[]) =>
    of
      .map((row) =>
        JSON.stringify(row.map((one) => (one === null || one === undefined ? null : String(Number(one) || one)))),
      )
      .sort();

  /** The statement that the page shows. */
  async function statementOf(page: Page): Promise<string> {
    await page.getByRole("tab", { name: "SQL", exact: true }).click();
    return (await page.getByRole("region", { name: "The dataset for SQL" }).textContent())!;
  }

  test("a dataset is made by a form, which shows the program and the statement that make the same", async () => {
    await offlineRows("visits", 6);
    await browser.open("feature-group/clicks");
    await page.getByRole("button", { name: "Make a dataset" }).click();
    await page.getByRole("heading", { level: 1, name: "Datasets" }).waitFor();
    await page.getByRole("button", { name: /^Features of the base/ }).click();
    for (const name of ["Id", "clicks"]) await page.getByRole("option", { name }).click();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Join a group" }).click();
    await page.getByRole("button", { name: "Make the dataset" }).click();
    await page.getByText("This is required.").waitFor();
    await page.getByRole("button", { name: /^Group 1/ }).click();
    await page.getByRole("option", { name: "visits" }).click();
    await page.getByLabel("Point in time").check();
    await page.getByLabel(/^As of/).fill("yesterday");
    await page.getByText("A time in UTC, such as 2026-01-31T08:00:00Z.").waitFor();
    await checkLooks();
    await page.getByLabel(/^As of/).fill("2100-01-01T00:00:00Z");
    await page.reload();
    // What was chosen outlives a reload.
    await page.getByRole("button", { name: /^Group 1 visits/ }).waitFor();
    expect(await page.getByLabel("Point in time").isChecked()).toBe(true);
    await page.getByRole("button", { name: "Make the dataset" }).click();
    await page.getByText(/^It lies at/).waitFor(patience);
    const result = page.getByRole("region", { name: "Result" });
    const shown = await result.getByRole("row").all();
    const cells = await Promise.all(shown.slice(1).map((row) => row.getByRole("cell").allTextContents()));
    const programs: string[] = [];
    for (const title of ["SageMaker SDK 2", "SageMaker SDK 3"]) {
      await page.getByRole("tab", { name: title }).click();
      programs.push((await page.getByRole("region", { name: `The dataset for ${title}` }).textContent())!);
    }
    await checkLooks();
    expect(alike(cells)).toEqual(alike(await rowsOf(server, await statementOf(page))));
    expect(cells.length).toBeGreaterThan(0);
    const [frame] = await framesOf("v2", [programs[0]!]);
    expect(alike(frame!)).toEqual(alike(cells));
    expect(programs[1]).toMatch(/^# This version compares event times/);
  });

  test("statements of datasets give the rows that SageMaker's SDK gives, whatever is chosen", async () => {
    await offlineRows("visits", 6);
    const described = async (FeatureGroupName: string) =>
      groupOf(await clientsOf(server).sagemaker.describeFeatureGroup({ FeatureGroupName }));
    const [base, clicks] = [await described("visits"), await described("clicks")];
    const join = { ...firstJoin, group: "clicks", features: ["clicks"] };
    const choices: Partial<WantedDataset>[] = [
      {},
      { duplicates: true },
      { deleted: true },
      { from: hourOf(2), to: hourOf(4), deleted: true },
      { to: hourOf(3), duplicates: true },
      { asOf: "2100-01-01T00:00:00Z", features: ["share", "Id"] },
      { joins: [{ ...join, type: "LEFT_JOIN" }], pointInTime: true },
      { joins: [{ ...join, comparator: "NOT_EQUAL_TO", by: "Id", on: "Id" }, join], recent: "1" },
    ];
    const datasets = choices.map((chosen): Dataset => {
      const wanted = { ...firstDataset, base: "visits", ...chosen };
      return { wanted, base, joined: wanted.joins.map(() => clicks) };
    });
    const output = `s3://${featureBucket}/datasets`;
    const programs = datasets.map((one) => datasetPython(one, output, sdkVersions[0]!));
    const frames = await framesOf("v2", programs);
    const answers = await Promise.all(datasets.map((dataset) => rowsOf(server, datasetSql(dataset))));
    for (const [index, frame] of frames.entries())
      expect(alike(answers[index]!), JSON.stringify(choices[index])).toEqual(alike(frame));
    expect(frames.slice(0, 7).map((frame) => frame.length)).toEqual([3, 4, 4, 2, 2, 3, 3]);
    expect(frames[7]!.length).toBeGreaterThan(0);
    const [newer] = await framesOf("v3", [datasetPython(datasets[5]!, output, sdkVersions[1]!)]);
    expect(alike(newer!)).toEqual(alike(answers[5]!));
  });
});
