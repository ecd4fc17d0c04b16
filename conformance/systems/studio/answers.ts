import * as logs from "@aws-sdk/client-cloudwatch-logs";
import * as sagemaker from "@aws-sdk/client-sagemaker";
import type { Page, Route } from "playwright-core";
import { readServiceModel, type StructureShape } from "../../../src/wire/schema.ts";
import type { State } from "./pages.ts";

/** The services whose answers are JSON, by the prefix of their target. */
const models = {
  SageMaker: readServiceModel(sagemaker),
  Logs_20140328: readServiceModel(logs),
};

const rows = 10_000;
const pageRows = 100;

/** Answers the page's calls in place of the server, as a state has it; "data" leaves them to the server. */
export async function answerAs(page: Page, state: State): Promise<void> {
  await page.unroute("**/_studio/api/**");
  if (state === "data") return;
  await page.route("**/_studio/api/**", (route) => answers[state](route));
}

const json = (status: number, body: object) => ({
  status,
  contentType: "application/x-amz-json-1.1",
  body: JSON.stringify(body),
});

const answers: Readonly<Record<Exclude<State, "data">, (route: Route) => Promise<void>>> = {
  loading: async () => {},
  empty: (route) => listed(route, 0),
  "10,000 rows": (route) => listed(route, rows),
  failed: (route) =>
    route.fulfill(json(500, { __type: "InternalFailure", message: "The disk of the server is full." })),
  denied: (route) =>
    route.fulfill(
      json(400, {
        __type: "AccessDeniedException",
        message: "User: arn:aws:iam::123456789012:role/Reader is not authorized to perform: sagemaker:List",
      }),
    ),
};

/** Answers a list with so many rows, by pages; all other calls are the server's. */
async function listed(route: Route, count: number): Promise<void> {
  const [prefix = "", name = ""] = (route.request().headers()["x-amz-target"] ?? "").split(".");
  const operation = models[prefix as keyof typeof models]?.operations.get(name);
  const list = operation?.output.members.find(
    ({ shape }) => shape.kind === "list" && shape.element.shape.kind === "structure",
  );
  if (!/^(List|DescribeLog)/.test(name) || list?.shape.kind !== "list") return await route.continue();
  const { NextToken = "0", nextToken = NextToken } = JSON.parse(route.request().postData() ?? "{}");
  const from = Number(nextToken);
  const to = Math.min(from + pageRows, count);
  const items = Array.from({ length: to - from }, (_, index) =>
    rowOf(list.shape.kind === "list" ? (list.shape.element.shape as StructureShape) : undefined!, from + index),
  );
  const token = operation!.output.members.find(({ name: member }) => /^nextToken$/i.test(member))?.name ?? "NextToken";
  await route.fulfill(json(200, { [list.name]: items, ...(to < count && { [token]: String(to) }) }));
}

function rowOf(shape: StructureShape, index: number): object {
  const values = shape.members.map(({ name, shape: { kind } }): [string, unknown] => {
    if (kind === "timestamp") return [name, 1_790_000_000 + index];
    if (kind === "number") return [name, index];
    if (kind !== "string") return [name, undefined];
    return [name, /Status$/.test(name) ? "Completed" : `${name.toLowerCase()}-${String(index).padStart(5, "0")}`];
  });
  return Object.fromEntries(values);
}
