import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { unproven } from "../conformance/unproven.ts";
import { wireServices } from "../src/wire/wire-services.ts";
import { readCoverage } from "./gen/coverage.ts";

const root = join(import.meta.dirname, "..");
const coverage = await readCoverage(root);
const named = (list: (service: (typeof coverage)[number]) => readonly string[]) =>
  coverage.flatMap((service) => list(service).map((name) => `${service.id}.${name}`));

test("every answered operation is in its service's model and has constraint facts", () => {
  expect(named(({ answered, model }) => answered.filter((name) => !model.includes(name)))).toEqual([]);
  expect(named(({ withoutFacts }) => withoutFacts)).toEqual([]);
});

test("every answered operation is proven, or conformance/unproven.ts says why not", () => {
  const missing = named(({ answered, proven }) => answered.filter((name) => !proven.includes(name)));
  expect(missing.sort()).toEqual(Object.keys(unproven).sort());
});

/** What the pages of Studio import to call. */
const sources = globSync("studio/src/**/*.{ts,tsx}", { cwd: root }).filter((file) => !/\.test\./.test(file));
const calls = sources.flatMap((file) => {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/import \{([^}]+)\} from "(@aws-sdk\/client-[\w-]+)"/g)].flatMap(([, names, name]) =>
    [...names!.matchAll(/\b(\w+)Command\b/g)].map(([, operation]) => ({ client: name!, operation: operation! })),
  );
});

/** The service of ours whose client a package is. */
async function serviceOf(client: string, operation: string): Promise<string | undefined> {
  const { [`${operation}Command`]: command } = (await import(client)) as Record<string, unknown>;
  for (const { id, load } of wireServices) if ((await load())[`${operation}Command`] === command) return id;
  return undefined;
}

test("every operation that Studio calls is answered", async () => {
  const unanswered: string[] = [];
  for (const { client, operation } of calls) {
    const id = await serviceOf(client, operation);
    if (!coverage.find((one) => one.id === id)?.answered.includes(operation)) unanswered.push(`${client} ${operation}`);
  }
  expect(calls.length).toBeGreaterThan(60);
  expect(unanswered).toEqual([]);
});
