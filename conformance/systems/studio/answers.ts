import type { Page, Route } from "playwright-core";
import { Fault } from "../../../src/aws/faults.ts";
import { createWire } from "../../../src/wire/create-wire.ts";
import { type Member, readServiceModel, type StructureShape } from "../../../src/wire/schema.ts";
import type { FoundRequest, Wire, WireResponse } from "../../../src/wire/wire.ts";
import { wireServices } from "../../../src/wire/wire-services.ts";
import type { State } from "./pages.ts";

const api = "/_studio/api";
const rows = 10_000;
/** Where a request says no size, as that for a list of metrics. */
const usualSize = 500;

/** Answers a page's calls in place of the server, each in its own protocol. */
export interface TestFront {
  /** Answers as a state has it from now on; "data" leaves all calls to the server. */
  answerAs(state: State): Promise<void>;
  /** How many calls wait for an answer that never comes. */
  held(): number;
}

export async function createTestFront(page: Page): Promise<TestFront> {
  const models = new Map(
    await Promise.all(wireServices.map(async ({ id, load }) => [id, readServiceModel(await load())] as const)),
  );
  const served = Object.fromEntries([...models].map(([id, { operations }]) => [id, [...operations.keys()]]));
  const wire = createWire({ version: "0.0.0", served });
  const outputOf = ({ service, operationName }: FoundRequest) =>
    service && models.get(service.id)?.operations.get(operationName)?.output;
  let held = 0;
  const answers: Readonly<Record<Exclude<State, "data">, (route: Route) => Promise<void> | void>> = {
    loading: () => {
      held++;
    },
    empty: (route) => answerList(wire, route, outputOf, 0),
    "10,000 rows": (route) => answerList(wire, route, outputOf, rows),
    failed: (route) => refuse(wire, route, new Fault("InternalFailure", "The server's disk is full.", { status: 500 })),
    denied: (route) =>
      refuse(
        wire,
        route,
        new Fault("AccessDeniedException", "User: arn:aws:iam::123456789012:role/Reader is not authorized to do this."),
      ),
  };
  return {
    held: () => held,
    async answerAs(state) {
      await page.unroute(`**${api}/**`);
      held = 0;
      if (state !== "data") await page.route(`**${api}/**`, (route) => answers[state](route));
    },
  };
}

async function read(wire: Wire, route: Route) {
  const request = route.request();
  const { pathname, search } = new URL(request.url());
  const body = request.postDataBuffer() ?? new Uint8Array();
  const head = {
    method: request.method(),
    path: pathname.slice(api.length),
    query: search.slice(1),
    headers: request.headers(),
  };
  return { body, found: await wire.find(head, wire.needsForm(head) ? body : undefined) };
}

const fulfil = (route: Route, { status, headers, body }: WireResponse) =>
  route.fulfill({ status, headers, body: Buffer.from((body as string | Uint8Array | undefined) ?? "") });

async function refuse(wire: Wire, route: Route, fault: Fault): Promise<void> {
  const { found } = await read(wire, route);
  await fulfil(route, found.writeFault(fault, "test"));
}

/** Answers lists that come in pages with so many rows; all other calls are the server's. */
async function answerList(
  wire: Wire,
  route: Route,
  outputOf: (found: FoundRequest) => StructureShape | undefined,
  count: number,
): Promise<void> {
  const { body, found } = await read(wire, route);
  const output = outputOf(found);
  const next = output?.members.find(({ name }) => /^(Next)?(Marker|Token|ContinuationToken)$/i.test(name));
  const lists = output?.members.filter(isListOfStructures) ?? [];
  if (!next || lists.length === 0 || found.operationName === "ListTags") return await route.continue();
  const input = found.readInput(body);
  const from = Number(first(input, /^(Marker|(Next|Continuation)Token)$/i) ?? 0);
  const to = Math.min(
    from + Number(first(input, /^(limit|Max(Results|Records|Items|Keys|Buckets))$/i) ?? usualSize),
    count,
  );
  const more = to < count;
  const answered = Object.fromEntries([
    ...lists.map(({ name, shape }) => [name, rowsOf(shape.element.shape as StructureShape, from, to)]),
    ...output!.members.filter(({ name }) => name === "IsTruncated").map(({ name }) => [name, more]),
    ...(more ? [[next.name, String(to)]] : []),
  ]);
  await fulfil(route, found.writeOutput(answered, "test"));
}

const isListOfStructures = (member: Member): member is Member & { shape: { kind: "list"; element: Member } } =>
  member.shape.kind === "list" && member.shape.element.shape.kind === "structure";

const first = (input: Readonly<Record<string, unknown>>, names: RegExp): unknown =>
  Object.entries(input).find(([name, value]) => names.test(name) && value !== undefined)?.[1];

const rowsOf = (shape: StructureShape, from: number, to: number): object[] =>
  Array.from({ length: to - from }, (_, index) => rowOf(shape, from + index));

function rowOf({ members }: StructureShape, index: number): object {
  const isRecord = members.every(({ shape: { kind } }) => kind === "structure");
  const values = members.map(({ name, shape }): [string, unknown] => {
    const { kind } = shape;
    if (kind === "timestamp") return [name, new Date((1_790_000_000 + index) * 1000)];
    if (kind === "number") return [name, index];
    // A result of Search has a structure for each kind that there is.
    if (kind === "structure" && isRecord) return [name, rowOf(shape, index)];
    if (kind !== "string") return [name, undefined];
    return [name, /Status$/.test(name) ? "Completed" : `${name.toLowerCase()}-${String(index).padStart(5, "0")}`];
  });
  return Object.fromEntries(values);
}
