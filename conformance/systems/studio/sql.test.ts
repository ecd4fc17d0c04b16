import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Athena } from "@aws-sdk/client-athena";
import { Glue } from "@aws-sdk/client-glue";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { clientsOf } from "../../clients.ts";
import { region, useServer } from "../../server.ts";
import { installed } from "../installed.ts";
import { buildStudio, openStudio, type StudioBrowser } from "./open-studio.ts";
import { checkPage } from "./page-checks.ts";
import { studio } from "./studio.ts";

const patience = { timeout: 30_000 };

/** More rows than any machine counts while a test runs: 10 to the 14th. */
const endless = `WITH d(n) AS (VALUES 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
SELECT count(*) FROM d a, d b, d c, d e, d f, d g, d h, d i, d j, d k, d l, d m, d o, d p WHERE a.n + p.n > 1`;

describe("the room for SQL", () => {
  const server = useServer({ environment: { SAGEBRUSH_REGION: region } });
  let browser: StudioBrowser;
  let page: Page;
  let clicks = 0;

  beforeAll(async () => {
    buildStudio();
    browser = await openStudio(server);
    page = browser.page;
    await browser.context.addInitScript("delete window.showSaveFilePicker");
  });
  afterAll(async () => await browser?.close());
  beforeEach(async (context) => {
    await installed(context, studio);
  });

  async function click(
    role: Parameters<Page["getByRole"]>[0],
    name: string | RegExp,
    within: Pick<Page, "getByRole"> = page,
  ) {
    clicks++;
    const found = within.getByRole(role, { name, exact: typeof name === "string" });
    await found.first().click();
  }
  async function choose(label: string | RegExp, option: string) {
    clicks += 2;
    await page.getByLabel(label).first().click();
    await page.getByRole("option", { name: option }).first().click();
  }
  const editor = () => page.getByRole("textbox", { name: "SQL" });
  const result = () => page.getByRole("region", { name: "Result" });
  /** Writes a statement in place of all that stands in the editor. */
  async function write(statement: string) {
    await editor().focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText(statement);
  }
  const rows = async () => {
    const all = await result().getByRole("row").all();
    return await Promise.all(all.map(async (row) => (await row.getByRole("cell").allTextContents()).join(" | ")));
  };

  test("a CSV becomes a table, a picture and another table by mouse", { timeout: 120_000 }, async () => {
    const file = join(server.home, "orders.csv");
    await writeFile(file, 'id,item,price\n1,"pen, blue",1.50\n2,ink,3.25\n3,paper,20\n');
    await clientsOf(server).s3.createBucket({ Bucket: "shop-lake" });
    const glue = new Glue(server.clientOptions);
    await glue.createDatabase({ DatabaseInput: { Name: "shop" } });
    await browser.open("s3/shop-lake?key=orders%2F");
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), click("button", "Upload files")]);
    await chooser.setFiles(file);
    await page.getByRole("link", { name: "orders.csv" }).waitFor();

    await click("link", "Tables");
    await click("link", "Create the first one");
    await page.getByLabel("Database name").fill("shop");
    await page.getByLabel("Name", { exact: true }).first().fill("orders");
    await page.getByLabel(/^Location/).fill("s3://shop-lake/orders/");
    await page.keyboard.press("Escape");
    await choose("Format", "CSV, values may be in quotes");
    await click("checkbox", /^The first line of a file has the names/);
    for (const [index, [name, type]] of [
      ["id", "int"],
      ["item", "string"],
      ["price", "double"],
    ].entries()) {
      await click("button", "Add column");
      await page
        .getByLabel("Name", { exact: true })
        .nth(index + 1)
        .fill(name!);
      await page.getByLabel(/^Type/).nth(index).fill(type!);
    }
    await click("button", "Create table");
    await page.getByRole("heading", { name: "shop/orders" }).waitFor(patience);
    console.log(`CSV to a table: ${clicks} clicks`);
    const { Table } = await glue.getTable({ DatabaseName: "shop", Name: "orders" });
    expect(Table).toMatchObject({
      Parameters: { "skip.header.line.count": "1" },
      StorageDescriptor: {
        Columns: [{ Name: "id", Type: "int" }, { Name: "item" }, { Name: "price", Type: "double" }],
      },
    });

    clicks = 0;
    await click("button", "Query");
    await editor().waitFor();
    await click("button", "Run");
    await result().waitFor(patience);
    console.log(`a table to its rows: ${clicks} clicks`);
    expect(await rows()).toEqual(["", "1 | pen, blue | 1.5", "2 | ink | 3.25", "3 | paper | 20.0"]);

    await write("SELECT item, sum(price) AS total FROM orders GROUP BY item ORDER BY it");
    await page.getByRole("option", { name: /^item/ }).click();
    await page.keyboard.press("Control+Enter");
    await expect.poll(rows, patience).toEqual(["", "ink | 3.25", "paper | 20.0", "pen, blue | 1.5"]);
    clicks = 0;
    await click("button", "Picture");
    await page.getByRole("img", { name: "Bar chart of total over item: 3 rows" }).waitFor(patience);
    console.log(`rows to a picture: ${clicks} clicks`);
    await choose("Across", "total");
    await click("button", "Point");
    await page.getByRole("img", { name: "Point chart of total over total: 3 rows" }).waitFor(patience);
    await page.evaluate("scrollTo(0, 0)");
    await checkPage(browser);

    const [download] = await Promise.all([page.waitForEvent("download"), click("button", "Download CSV")]);
    expect(await readFile(await download.path(), "utf8")).toBe(
      '"item","total"\n"ink","3.25"\n"paper","20.0"\n"pen, blue","1.5"\n',
    );
    clicks = 0;
    await click("button", "Save as table");
    await page.getByLabel("Table name").fill("totals");
    await click("button", "Save", page.getByRole("dialog"));
    await page
      .getByRole("navigation", { name: "Data Catalog" })
      .getByRole("button", { name: "Write totals" })
      .waitFor(patience);
    console.log(`rows to a table of their own: ${clicks} clicks`);
    const made = await glue.getTable({ DatabaseName: "shop", Name: "totals" });
    expect(made.Table!.StorageDescriptor!.SerdeInfo!.SerializationLibrary).toMatch(/Parquet/);
    expect(browser.complaints).toEqual([]);
  });

  test("by the keyboard: refusals lead to their place, Escape and Tab leave the editor, names are written", async () => {
    await browser.open("sql?database=shop");
    await write("SELECT 1 AS one;\n\nSELECT id,\n  prise\nFROM orders;");
    await page.keyboard.press("Control+Enter");
    await page.getByText(/COLUMN_NOT_FOUND: line 2:3/).waitFor(patience);
    await expect.poll(() => page.locator(".cm-refused").textContent()).toBe("prise");
    // The cursor is there, so that typing mends it.
    await page.keyboard.press("Control+Delete");
    await page.keyboard.insertText("price");
    await page.keyboard.press("Control+Enter");
    await result().getByRole("columnheader", { name: "price double" }).waitFor(patience);

    await page.keyboard.press("Tab");
    expect(
      await editor().evaluate(
        (element) => (element.getRootNode() as { activeElement?: unknown }).activeElement === element,
      ),
    ).toBe(true);
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Run");

    await write("SELECT  FROM orders");
    await page.keyboard.press("Home");
    for (let step = 0; step < "SELECT ".length; step++) await page.keyboard.press("ArrowRight");
    await page.getByRole("button", { name: "Open orders" }).press("Enter");
    await page.getByRole("button", { name: "Write price" }).press("Enter");
    await page.keyboard.press("Control+Enter");
    await expect.poll(rows, patience).toEqual(["", "1.5", "3.25", "20.0"]);

    await write("INSERT INTO totals SELECT 'glue', 2.5");
    await page.keyboard.press("Control+Enter");
    await page.getByText("What it writes is written.").waitFor(patience);
    await write("SELECT count(*) AS n FROM totals");
    await page.keyboard.press("Control+Enter");
    await expect.poll(rows, patience).toEqual(["", "4"]);
  });

  test("a database of hundreds of tables is opened a hundred at a time, and narrowed", async () => {
    const glue = new Glue(server.clientOptions);
    await glue.createDatabase({ DatabaseInput: { Name: "many" } });
    const names = Array.from({ length: 250 }, (_, index) => `t${String(index).padStart(3, "0")}`);
    await Promise.all(names.map((Name) => glue.createTable({ DatabaseName: "many", TableInput: { Name } })));
    const tree = page.getByRole("navigation", { name: "Data Catalog" });
    await tree.getByRole("button", { name: "Open many" }).click();
    const shown = tree.getByRole("button", { name: /^Write t\d/ });
    await expect.poll(() => shown.count(), patience).toBe(100);
    await tree.getByRole("button", { name: "More" }).click();
    await expect.poll(() => shown.count(), patience).toBe(200);
    await tree
      .getByRole("textbox", { name: "Table contains" })
      .or(tree.getByLabel("Table contains"))
      .first()
      .fill("t24");
    await expect.poll(() => shown.count(), patience).toBe(10);
    await tree.getByLabel("Table contains").first().fill("");
  });

  test("statements run one after the other, up to the first that fails", async () => {
    await write("SELECT 1 AS a; SELECT ';' AS b; SELECT * FROM nowhere; SELECT 4 AS d");
    await page.getByRole("button", { name: "Run all 4" }).click();
    const list = page.locator(".sql-runs li");
    await expect
      .poll(() => list.allTextContents(), patience)
      .toEqual([
        "SELECT 1 AS a Succeeded",
        "SELECT ';' AS b Succeeded",
        "SELECT * FROM nowhere Failed",
        "SELECT 4 AS d not asked",
      ]);
    await page
      .getByText(/nowhere/)
      .last()
      .waitFor();
    await page.getByRole("button", { name: "SELECT ';' AS b" }).click();
    await expect.poll(rows, patience).toEqual(["", ";"]);
  });

  test("a running query is cancelled, and a past one is opened", { timeout: 120_000 }, async () => {
    await write(endless);
    await page.keyboard.press("Control+Enter");
    await page.getByText("Running", { exact: true }).waitFor(patience);
    await page.getByRole("tab", { name: "Queries" }).click();
    await page.getByRole("row", { name: /^Running .*WITH d/ }).waitFor(patience);
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await page.getByRole("row", { name: /^Cancelled .*WITH d/ }).waitFor(patience);
    await page.evaluate("scrollTo(0, 0)");
    await checkPage(browser);
    const athena = new Athena(server.clientOptions);
    const { QueryExecutionIds } = await athena.listQueryExecutions({});
    const [newest] = (await athena.batchGetQueryExecution({ QueryExecutionIds })).QueryExecutions!;
    expect(newest!.Status!.State).toBe("CANCELLED");

    await page
      .getByRole("link", { name: /^Open SELECT item, sum/ })
      .first()
      .click();
    await expect.poll(rows, patience).toEqual(["", "ink | 3.25", "paper | 20.0", "pen, blue | 1.5"]);
    expect(await editor().textContent()).toContain("sum(price) AS total");
  });

  test("a statement is saved, and opened from its page", async () => {
    await page.getByRole("button", { name: "Save statement" }).click();
    await page.getByLabel("Query name").fill("totals of items");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByText("totals of items is saved.").waitFor();
    await page.getByRole("link", { name: "Saved queries" }).click();
    await page.getByRole("link", { name: "totals of items" }).click();
    await page.getByRole("button", { name: "Open" }).click();
    await expect.poll(() => editor().textContent()).toContain("sum(price) AS total");
    expect(await page.getByRole("button", { name: /Work group/ }).textContent()).toContain("primary");
    expect(browser.complaints).toEqual([]);
    expect(browser.foreign).toEqual([]);
  });

  test("a table of Iceberg shows its snapshots, and a table its first rows", async () => {
    await browser.open("sql?database=shop");
    await write(
      `CREATE TABLE changed (id int) LOCATION 's3://shop-lake/changed/' TBLPROPERTIES ('table_type' = 'ICEBERG');
      INSERT INTO changed VALUES 1, 2; DELETE FROM changed WHERE id = 1`,
    );
    await page.getByRole("button", { name: "Run all 3" }).click();
    await expect
      .poll(() => page.locator(".sql-runs li").allTextContents(), patience)
      .toEqual([/Succeeded$/, /Succeeded$/, /Succeeded$/].map((end) => expect.stringMatching(end)));
    await browser.open("table/shop%2Fchanged?tab=Snapshots");
    await page.getByRole("button", { name: "Read the snapshots" }).click();
    await expect.poll(async () => (await rows()).length, patience).toBe(3);
    expect((await rows()).slice(1).map((row) => row.split(" | ")[3])).toEqual(["delete", "append"]);
    await page.getByRole("tab", { name: "Sample" }).click();
    await page.getByRole("button", { name: "Read the first rows" }).click();
    await expect.poll(rows, patience).toEqual(["", "2"]);
  });

  test("names that are words of the language are written as names", async () => {
    const glue = new Glue(server.clientOptions);
    await glue.createDatabase({ DatabaseInput: { Name: "select" } });
    const { Table } = await glue.getTable({ DatabaseName: "shop", Name: "orders" });
    await glue.createTable({
      DatabaseName: "select",
      TableInput: {
        Name: "from",
        ...{
          TableType: Table!.TableType!,
          Parameters: Table!.Parameters!,
          StorageDescriptor: Table!.StorageDescriptor!,
        },
        PartitionKeys: [{ Name: "day", Type: "int" }],
      },
    });
    await browser.open("table/select%2Ffrom?tab=Sample");
    await page.getByRole("button", { name: "Read the first rows" }).click();
    await expect.poll(rows, patience).toEqual([""]);
    await page.getByRole("button", { name: "Query" }).click();
    await expect.poll(() => editor().textContent()).toBe('SELECT * FROM "from" LIMIT 100');
    await browser.open("table/select%2Ffrom?tab=Partitions&filter=day");
    await page.getByText("It compares nothing yet: all are shown.").waitFor();
  });

  test("what is completed is no text, no comment and no new name, and nothing comes up over what is asked", async () => {
    const offered = page.getByRole("listbox").getByRole("option");
    await browser.open("sql?database=shop");
    await write("");
    for (const [typed, isOffered] of [
      ["SELECT 'pre", false],
      ["' AS long", false],
      [" -- fro", false],
      ["\nFRO", true],
    ] as const) {
      await page.keyboard.type(typed, { delay: 10 });
      if (isOffered) await offered.first().waitFor();
      // The last that could have been asked for is there when the next is drawn.
      else await page.evaluate("new Promise((done) => setTimeout(() => requestAnimationFrame(done), 300))");
      expect((await offered.count()) > 0, typed).toBe(isOffered);
    }
    await page.keyboard.press("Control+Enter");
    await page
      .getByText(/mismatched input/)
      .first()
      .waitFor(patience);
    expect(await offered.count()).toBe(0);
  });

  test("rows are saved where they were asked for, and a plan has its heading once", async () => {
    await browser.open("sql?database=shop");
    await write("SELECT item FROM orders");
    await page.keyboard.press("Control+Enter");
    await expect.poll(async () => (await rows()).length, patience).toBe(4);
    await choose("Database", "many");
    await click("button", "Save as table");
    await page.getByLabel("Table name").fill("items");
    await click("button", "Save", page.getByRole("dialog"));
    await page.getByText("What it writes is written.").waitFor(patience);
    await write("EXPLAIN SELECT 1");
    await page.keyboard.press("Control+Enter");
    await expect.poll(async () => (await rows())[1], patience).toMatch(/^Fragment 0/);
  });

  test("results of thousands of rows come a hundred a page", async () => {
    await browser.open("sql?database=shop");
    await write(
      "WITH d(n) AS (VALUES 0, 1, 2, 3, 4, 5, 6, 7, 8, 9) SELECT a.n * 100 + b.n * 10 + c.n AS n, nullif(c.n, 0) AS m FROM d a, d b, d c ORDER BY 1",
    );
    await page.keyboard.press("Control+Enter");
    await expect.poll(async () => (await rows()).length, patience).toBe(101);
    expect((await rows())[1]).toBe("0 | null");
    await page.getByRole("button", { name: "Next rows" }).click();
    await expect.poll(async () => (await rows())[1], patience).toBe("100 | null");
    expect(await rows()).toHaveLength(101);
  });
});
