import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compareReports } from "../src/prep/insights/compare-reports.ts";
import type { InsightsReport } from "../src/prep/insights/insights-report.ts";
import { mixedTable, openReportMaker, type ReportMaker } from "../src/prep/insights/report.fixture.ts";
import { runProgram } from "./program.ts";
import { root } from "./server.ts";

const python = join(root, ".venv-v3", "bin", "python");
const schema = join(root, "docs/reference/insights-report.schema.json");

/** Says of each file of JSON what is wrong with it, and of a change of each member whether that is seen. */
const program = `
import json, sys
from jsonschema import Draft202012Validator
schema = json.load(open(sys.argv[1]))
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
reports = json.load(open(sys.argv[2]))
faults = [[f"{'/'.join(map(str, error.absolute_path))}: {error.message}"[:300] for error in validator.iter_errors(report)] for report in reports]
def members(value, path=()):
    if isinstance(value, dict):
        for name, of in value.items():
            yield (*path, name)
            yield from members(of, (*path, name))
    elif isinstance(value, list) and value:
        yield from members(value[0], (*path, 0))
unseen = []
whole = max(reports, key=lambda report: len(json.dumps(report)))
for path in members(whole):
    changed = json.loads(json.dumps(whole))
    place = changed
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = {"strange": [{}]}
    if validator.is_valid(changed):
        unseen.append(path)
print(json.dumps({"faults": faults, "unseen": unseen, "strange": validator.is_valid({**whole, "strange": 1}), "none": validator.is_valid({})}))
`;

let maker: ReportMaker;
let folder: string;
beforeAll(async () => {
  maker = await openReportMaker();
  folder = mkdtempSync(join(tmpdir(), "sagebrush-report-schema-"));
});
afterAll(() => {
  maker.close();
  rmSync(folder, { recursive: true });
});

test("reports have the published shape, by the library jsonschema, and nothing else has it", async (context) => {
  if (!existsSync(python) && !process.env.CI) context.skip(".venv-v3 is missing; npm test installs it");
  const table = mixedTable(400);
  const reports: InsightsReport[] = [];
  for (const options of [
    { target: "buys", name: "named" },
    { target: "income" },
    { target: "colour", modelRows: 60 },
    { target: "absent" },
    { target: "same", problem: "classification" },
    {},
  ] as const)
    reports.push(await maker.report(table, options));
  reports.push(await maker.report(mixedTable(3), { target: "buys" }), await maker.report(mixedTable(0)));
  const compared = { ...reports[0]!, comparison: compareReports(await maker.report(mixedTable(300, 2)), reports[0]!) };
  const file = join(folder, "reports.json");
  writeFileSync(file, JSON.stringify([...reports, compared]));
  const { code, stderr, stdout } = await runProgram(python, ["-c", program, schema, file], { env: process.env });
  expect(code, stderr).toBe(0);
  const said = JSON.parse(stdout) as { faults: string[][]; unseen: string[][]; strange: boolean; none: boolean };
  expect(said.faults).toEqual([...reports, compared].map(() => []));
  expect(said.unseen).toEqual([]);
  expect([said.strange, said.none]).toEqual([false, false]);
  expect(JSON.parse(readFileSync(schema, "utf8")).$schema).toContain("2020-12");
});
