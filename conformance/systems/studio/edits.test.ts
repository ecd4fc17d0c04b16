import { Athena } from "@aws-sdk/client-athena";
import { Glue } from "@aws-sdk/client-glue";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { clientsOf, patience } from "../../clients.ts";
import { region, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { checkPage } from "./page-checks.ts";
import { studio } from "./studio.ts";

describe("an edit changes what a person has changed, and nothing else", () => {
  const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
  let browser: StudioBrowser;
  let page: Page;

  beforeEach(async (context) => {
    await installed(context, studio);
  });
  beforeAll(async () => {
    buildStudio();
    await clientsOf(server).s3.createBucket({ Bucket: "edited-lake" });
    await new Glue(server.clientOptions).createDatabase({ DatabaseInput: { Name: "edited" } });
    browser = await openStudio(server, { reducedMotion: "reduce" });
    page = browser.page;
  });
  afterAll(() => browser?.close());

  const send = () => page.getByRole("button", { name: "Edit", exact: true }).last().click();
  const openAll = async () => {
    for (const one of await page.getByRole("button", { name: "All settings" }).all()) await one.click();
  };

  async function ask(statement: string): Promise<string[]> {
    const athena = new Athena(server.clientOptions);
    const { QueryExecutionId } = await athena.startQueryExecution({
      QueryString: statement,
      QueryExecutionContext: { Database: "edited" },
      ResultConfiguration: { OutputLocation: "s3://edited-lake/results/" },
    });
    const state = async () =>
      (await athena.getQueryExecution({ QueryExecutionId })).QueryExecution!.Status!.State === "SUCCEEDED";
    await vi.waitUntil(state, patience);
    const { ResultSet } = await athena.getQueryResults({ QueryExecutionId });
    return ResultSet!.Rows!.map(({ Data }) => Data![0]!.VarCharValue!);
  }

  test("rows that are written while a form is open stay", { timeout: 60_000 }, async () => {
    await ask("CREATE TABLE kept (id int) LOCATION 's3://edited-lake/kept/' TBLPROPERTIES ('table_type' = 'ICEBERG')");
    await browser.open("table/edited%2Fkept/edit");
    await ask("INSERT INTO kept VALUES 7");
    await page
      .getByLabel(/^Description/)
      .first()
      .fill("every one");
    await send();
    await page
      .getByText(/would be put back: TableInput\.Parameters\.metadata_location/)
      .first()
      .waitFor();
    await checkPage(browser);
    expect(await ask("SELECT * FROM kept")).toEqual(["id", "7"]);
    await page.reload();
    await page
      .getByLabel(/^Description/)
      .first()
      .fill("every one");
    await send();
    await page.waitForURL(/\/table\/edited%2Fkept$/);
    expect(await ask("SELECT * FROM kept")).toEqual(["id", "7"]);
  });

  test("a password stays, and is not seen", async () => {
    const glue = new Glue(server.clientOptions);
    const ConnectionProperties = { JDBC_CONNECTION_URL: "jdbc:postgresql://host/sales", PASSWORD: "not-for-eyes" };
    await glue.createConnection({
      ConnectionInput: { Name: "sales", ConnectionType: "JDBC", ConnectionProperties },
    });
    await browser.open("connection/sales/edit");
    await page.getByLabel(/^Description/).fill("of the shop");
    expect(await page.getByText("not-for-eyes").count()).toBe(0);
    expect(await page.locator("input[type=password]").count()).toBe(1);
    await send();
    await page.waitForURL(/\/connection\/sales$/);
    const { Connection } = await glue.getConnection({ Name: "sales" });
    expect(Connection).toMatchObject({ Description: "of the shop", ConnectionProperties });
  });

  test("what is emptied is gone, or refused where the service keeps it", async () => {
    const athena = new Athena(server.clientOptions);
    const ResultConfiguration = { OutputLocation: "s3://edited-lake/group/" };
    await athena.createWorkGroup({
      ...{ Name: "analysts", Description: "old words" },
      Configuration: { ResultConfiguration, BytesScannedCutoffPerQuery: 20_000_000 },
    });
    await browser.open("work-group/analysts/edit");
    for (const label of [/^Description/, /^Bytes that a query may read/]) await page.getByLabel(label).first().fill("");
    await page.getByLabel(/^Results go to/).fill("");
    await page.keyboard.press("Escape");
    await send();
    await page.waitForURL(/\/work-group\/analysts$/);
    const { Description, Configuration } = (await athena.getWorkGroup({ WorkGroup: "analysts" })).WorkGroup!;
    expect(Description).toBe("");
    expect(Configuration!.ResultConfiguration?.OutputLocation).toBeUndefined();
    expect(Configuration!.BytesScannedCutoffPerQuery).toBeUndefined();

    await athena.createPreparedStatement({
      ...{ StatementName: "one", WorkGroup: "analysts", Description: "words", QueryStatement: "SELECT ?" },
    });
    await browser.open("prepared-statement/analysts%2Fone/edit");
    await page.getByLabel(/^Description/).fill("");
    await send();
    await page.getByText("It can be changed, but not emptied.").waitFor();
  });

  test("another thing is not overwritten by its name", async () => {
    const { cloudwatch } = clientsOf(server);
    for (const AlarmName of ["first", "second"])
      await cloudwatch.putMetricAlarm({
        ...{ AlarmName, Namespace: "n", MetricName: AlarmName, Statistic: "Sum", Period: 60, EvaluationPeriods: 1 },
        ...{ Threshold: 1, ComparisonOperator: "LessThanThreshold" },
      });
    await browser.open("alarm/first/edit");
    await openAll();
    await page.getByLabel(/^Actions enabled/).waitFor();
    expect(await page.getByLabel(/^Alarm name/).count()).toBe(0);
    await browser.open("table/edited%2Fkept/edit");
    await openAll();
    await page.getByLabel(/^Owner/).waitFor();
    expect(await page.getByLabel(/^Database name/).count()).toBe(0);
  });
});
