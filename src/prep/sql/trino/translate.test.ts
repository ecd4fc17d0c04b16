import { describe, expect, test } from "vitest";
import { openDuckDb, rowsOf } from "./duckdb.fixture.ts";
import { faultOf } from "./engine-fault.ts";
import { parseStatement } from "./parse-statement.ts";
import type { Session } from "./scope.ts";
import type { SqlFault } from "./sql-fault.ts";
import type { WithQuery } from "./statement.ts";
import { translate } from "./translate.ts";

const duckDb = openDuckDb();
const session: Session = {
  catalog: "awsdatacatalog",
  database: "default",
  tables: new Map(),
  now: Date.UTC(2026, 0, 2),
  user: "ann",
};

const queryOf = (text: string) => parseStatement(text) as WithQuery;

async function rows(text: string, changes: Partial<Session> = {}): Promise<unknown[][]> {
  const { sql, columns } = translate(queryOf(text), { ...session, ...changes });
  return rowsOf(
    await duckDb,
    sql,
    columns.map(({ type }) => type),
  );
}

function faultIn(text: string, changes: Partial<Session> = {}): string {
  try {
    translate(queryOf(text), { ...session, ...changes });
  } catch (error) {
    return `${(error as SqlFault).code}: ${(error as SqlFault).message}`;
  }
  throw new Error(`no fault in ${text}`);
}

const failureOf = async (text: string) =>
  faultOf(
    await rows(text).then(
      () => "nothing failed",
      (error: Error) => error.message,
    ),
  );

test("columns of queries are found whatever the case in which they are written", async () => {
  for (const text of [
    'WITH q AS (SELECT 7 AS "Id") SELECT q."Id", q.ID, id FROM q',
    'SELECT q.id, "iD", q.Id FROM (SELECT 7 AS Id) q',
    'SELECT a."ID", b.id, a.iD FROM (SELECT 7 AS Id) a JOIN (SELECT 7 AS "iD") b ON a."Id" = b."Id"',
  ])
    expect(await rows(text)).toEqual([[7, 7, 7]]);
  expect(await rows('SELECT * FROM (SELECT 7 AS "Id") JOIN (SELECT 7 AS iD) USING (id)')).toEqual([[7]]);
  expect(faultIn('SELECT id FROM (SELECT 1 AS "Id", 2 AS "ID")')).toMatch(/^AMBIGUOUS_NAME/);
});

describe("tables", () => {
  const tables: Session["tables"] = new Map([
    [
      "awsdatacatalog.default.orders",
      {
        relation: '(SELECT 7::INTEGER AS "Id", [1, 2]::INTEGER[] AS parts)',
        columns: [
          { name: "Id", type: "int" },
          { name: "parts", type: "array<int>" },
        ],
      },
    ],
    ["awsdatacatalog.other.seen", { view: "SELECT id + 1 AS next FROM orders", database: "default" }],
    ["awsdatacatalog.default.endless", { view: "SELECT * FROM endless" }],
  ]);

  test("a table is read by the name that the engine gave it, its columns without regard to case", async () => {
    expect(await rows('SELECT ID, "Parts"[2], default.orders.id FROM Orders', { tables })).toEqual([[7, 2, 7]]);
  });

  test("a view reads its tables where it was made", async () => {
    expect(await rows("SELECT next FROM other.seen", { tables })).toEqual([[8]]);
  });

  test("a view of itself is refused", () => {
    expect(faultIn("SELECT * FROM endless", { tables })).toBe(
      "NOT_SUPPORTED: line 1:15: View 'endless' is recursive, or stands on more than 100 views",
    );
  });

  test("what is not there is named with its place and with what is near", () => {
    expect(faultIn("SELECT\n  ids FROM orders", { tables })).toBe(
      "COLUMN_NOT_FOUND: line 2:3: Column 'ids' cannot be resolved. Did you mean 'id'?",
    );
    expect(faultIn("SELECT 1 FROM nothing", { tables })).toBe(
      "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.default.nothing' does not exist",
    );
  });
});

test("parameters are values of SQL", async () => {
  expect(await rows("SELECT ?, ? || 'c' LIMIT ?", { parameters: ["1 + 1", "'a''b'", "5"] })).toEqual([[2, "a'bc"]]);
  expect(faultIn("SELECT ?, ?", { parameters: ["1"] })).toContain("expected 2 but found 1");
  // A bare word is a text, as Athena takes it.
  expect(await rows("SELECT ?, ?", { parameters: ["Washington", "true"] })).toEqual([["Washington", true]]);
});

test("columns keep the names that were written, and those without one are numbered", () => {
  const { columns } = translate(
    queryOf('SELECT 1 AS Foo, 2, x AS "a b", t.x, t.X, X FROM (VALUES 3) AS t(x)'),
    session,
  );
  expect(columns).toEqual([
    { name: "Foo", type: "integer" },
    { name: "_col1", type: "integer", isNamed: false },
    { name: "a b", type: "integer" },
    { name: "x", type: "integer" },
    { name: "X", type: "integer" },
    { name: "X", type: "integer" },
  ]);
});

describe("products of decimals have all their digits", () => {
  const numbers = `(VALUES (DECIMAL '9999999999999.99', DECIMAL '99999999999999.99', DECIMAL '0.50'),
    (DECIMAL '2.00', DECIMAL '3.00', DECIMAL '0.25'), (null, DECIMAL '1.00', DECIMAL '1.00')) AS t(x, y, z)`;
  test.each([
    ["x * y", ["999999999999998900000000000.0001", "6.0000", null]],
    ["x * y * z", ["499999999999999450000000000.000050", "1.500000", null]],
    ["x * (1 - z) * (1 + z)", ["7499999999999.992500", "1.875000", null]],
    ["(SELECT max(x) FROM (VALUES DECIMAL '9999999999999.99') AS u(x)) * y", null],
    ["sum(x) OVER (PARTITION BY x) * z", ["4999999999999.9950", "0.5000", null]],
  ])("%s", async (expression, values) => {
    const found = (await rows(`SELECT ${expression} FROM ${numbers}`)).flat();
    if (values === null) expect(found).toContain("999999999999998900000000000.0001");
    else expect(found).toEqual(values);
  });
});

describe("decimals whose division has more digits on the way than DuckDB's have", () => {
  const large = "1000000000000000000000000000000000.0000";
  test.each([
    [`DECIMAL '${large}' / DECIMAL '3.0000'`, "333333333333333333333333333333333.3333"],
    [`DECIMAL '-${large}' / DECIMAL '3.0000'`, "-333333333333333333333333333333333.3333"],
    [`DECIMAL '2.0000000000000000000000000000000000000' / 3`, "0.6666666666666666666666666666666666667"],
    [`sum(DECIMAL '2.5000') / sum(DECIMAL '0.0003')`, "8333.3333"],
    [`sum(DECIMAL '1.50') / 7.0`, "0.21"],
    [`DECIMAL '${large}' % DECIMAL '0.0003'`, "0.0001"],
    [`DECIMAL '-${large}' % DECIMAL '0.00000000000000000000000000000000003'`, "-0.00000000000000000000000000000000001"],
    [`nullif(DECIMAL '${large}', DECIMAL '${large}') / DECIMAL '0.0000'`, null],
  ])("%s", async (expression, value) => {
    expect(await rows(`SELECT ${expression}`)).toEqual([[value]]);
  });

  test.each([
    [`DECIMAL '${large}' / DECIMAL '0.0000'`, "DIVISION_BY_ZERO", "Division by zero"],
    [`DECIMAL '${large}' / DECIMAL '0.0001'`, "NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow"],
  ])("%s", async (expression, code, message) => {
    expect(await failureOf(`SELECT ${expression}`)).toEqual({ code, message });
  });
});

test("a part of a text, by the words of the standard", async () => {
  const parts =
    "substring('abcdef' FROM 2), substring('abcdef' FROM 2 FOR 3), substring('abcdef', 3), substring('abcdef', -2, 1)";
  expect(await rows(`SELECT ${parts}`)).toEqual([["bcdef", "bcd", "cdef", "e"]]);
});

describe("errors of a running query are in Trino's words", () => {
  test.each([
    ["1 / (x - x)", "DIVISION_BY_ZERO", "Division by zero"],
    ["2147483647 + x", "NUMERIC_VALUE_OUT_OF_RANGE", "integer addition overflow: 2147483647 + 1"],
    ["CAST('it''s' AS integer)", "INVALID_CAST_ARGUMENT", "Cannot cast 'it's' to INT"],
    ["CAST(x + 299 AS tinyint)", "NUMERIC_VALUE_OUT_OF_RANGE", "Out of range for tinyint: 300"],
    [
      "ARRAY[1, 2][x + 2]",
      "INVALID_FUNCTION_ARGUMENT",
      "Array subscript must be less than or equal to array length: 3 > 2",
    ],
    ["(SELECT y FROM (VALUES 1, 2) AS u(y))", "SUBQUERY_MULTIPLE_ROWS", "Scalar sub-query has returned multiple rows"],
  ])("%s", async (expression, code, message) => {
    expect(await failureOf(`SELECT ${expression} FROM (VALUES 1) AS t(x)`)).toEqual({ code, message });
  });
});

describe("nothing of DuckDB is reached by its name", () => {
  test.each([
    "read_csv('/etc/passwd')",
    "getenv('HOME')",
    "current_setting('x')",
    "glob('*')",
    "pragma_version()",
    "list_aggregate(ARRAY[1], 'sum')",
    "trino_divide(1, 2)",
  ])("%s", (call) => {
    expect(faultIn(`SELECT ${call}`)).toMatch(
      /^FUNCTION_NOT_FOUND: line 1:8: Function '\w+' not registered(\. Did you mean '\w+'\?)?$/,
    );
    expect(faultIn(`SELECT * FROM ${call}`)).toMatch(/^SYNTAX_ERROR/);
  });

  test("quoted names and texts stay what they are", () => {
    expect(faultIn('SELECT "a""; DROP" FROM (VALUES 1) AS t(x)')).toContain("COLUMN_NOT_FOUND");
    expect(faultIn("SELECT * FROM '/etc/passwd'")).toContain("SYNTAX_ERROR");
    expect(faultIn("SELECT 1; SELECT 2")).toContain("SYNTAX_ERROR");
    expect(faultIn("SELECT * FROM \"read_csv('x')\"")).toContain("TABLE_NOT_FOUND");
  });
});

describe("a statement is bounded", () => {
  test.each([
    ["parentheses", `SELECT ${"(".repeat(5000)}1${")".repeat(5000)}`],
    ["NOT", `SELECT ${"NOT ".repeat(5000)}true`],
    ["minus", `SELECT ${"- ".repeat(5000)}1`],
    ["sums", `SELECT ${"1 + ".repeat(5000)}1`],
    ["subqueries", `SELECT ${"(SELECT ".repeat(5000)}1${")".repeat(5000)}`],
    ["subscripts", `SELECT a${"[1]".repeat(5000)}`],
    ["divisions", `SELECT ${"1 / (1 / ".repeat(150)}x${")".repeat(150)} FROM (VALUES 1) AS t(x)`],
    ["types", `SELECT CAST(1 AS ${"array(".repeat(5000)}integer${")".repeat(5000)})`],
  ])("%s", (_, text) => {
    expect(faultIn(text)).toMatch(/^STATEMENT_TOO_LARGE/);
  });

  test("the text", () => {
    expect(faultIn(`SELECT '${"a".repeat(300_000)}'`)).toMatch(/^QUERY_TEXT_TOO_LARGE/);
  });

  test("long and flat is allowed", async () => {
    const many = Array.from({ length: 1000 }, (_, index) => index);
    expect(await rows(`SELECT 999 IN (${many.join(", ")}), ${many.map(() => "true").join(" AND ")}`)).toEqual([
      [true, true],
    ]);
  });
});
