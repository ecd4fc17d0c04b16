import fc from "fast-check";
import { expect, test } from "vitest";
import { here, keyOf, put } from "./documents.fixture.ts";
import { createMemoryResourceStore } from "./memory.ts";
import type { Labels, LabelValue, ResourceChange, ResourceQuery, ResourceStore } from "./port.ts";

const clock = { now: () => 5_000 };

/** Part of the contract of resource stores: random steps are answered as by the plain model. `open` opens an empty store. */
export function resourceStepsContract(open: () => Promise<ResourceStore> | ResourceStore): void {
  test("10,000 steps in any order are answered as by the plain model", { timeout: 240_000 }, async () => {
    let steps = 0;
    const store = await open();
    const model = createMemoryResourceStore({ clock });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 100, maxLength: 100 }), async (batch) => {
        for (const one of [{ clear: true as const }, ...batch])
          expect(await outcome(one, store)).toEqual(await outcome(one, model));
        steps += batch.length;
      }),
      { numRuns: 100, seed: 4620 },
    );
    await store.close();
    expect(steps).toBeGreaterThanOrEqual(10_000);
  });
}

type Step =
  | { readonly write: readonly ResourceChange[] }
  | { readonly list: ResourceQuery }
  | { readonly get: string }
  | { readonly clear: true };

const name = fc.constantFrom("a", "B", "b", "ab", "a\u001Fb", "a\u001F", "z", "\u{1F332}", "\uFFFD", "\u{10FFFF}");
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const smallTime = fc.integer({ min: 0, max: 4 });
const status = fc.constantFrom("Creating", "InService", "Failed");
const parent = fc.constantFrom("endpoint a", "endpoint b");
const origin = fc.constantFrom(
  "arn:aws:sts::123456789012:assumed-role/r/s",
  "arn:aws:sagemaker:us-east-1:123456789012:x/a",
  "follower/f",
  "",
);
const labelValue: fc.Arbitrary<LabelValue> = fc.constantFrom(0, 1, 1.5, 2 ** 40, 0.1, -1, "", "1", "x", "Xy");
const rangeOf = <T>(of: fc.Arbitrary<T>) =>
  fc.record({ after: optional(of), before: optional(of), from: optional(of), to: optional(of) });
const label = fc.constantFrom("Team", "Cost", "Tags");
const labels: fc.Arbitrary<Labels> = fc.dictionary(
  label,
  fc.oneof(labelValue, fc.uniqueArray(labelValue, { maxLength: 3 })),
  { maxKeys: 3 },
);
const region = fc.constantFrom(here.region, here.region, here.region, "eu-west-1");
const change: fc.Arbitrary<ResourceChange> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      put: fc
        .record({
          name,
          region,
          status: optional(status),
          parent: optional(parent),
          origin: optional(origin),
          labels: optional(labels),
          created: smallTime,
          modified: smallTime,
        })
        .map(({ name, region, ...rest }) =>
          put(name, { key: keyOf(name, { region }), id: `${name} ${region}`, ...rest }),
        ),
      expected: fc.constantFrom(1, 2, "absent" as const, "absent" as const),
    }),
  },
  fc.record({ delete: name.map((text) => keyOf(text)), expected: fc.constantFrom(1, 2) }),
  fc.record({
    require: name.map((text) => keyOf(text)),
    expected: fc.constantFrom(1, "present" as const, "absent" as const),
  }),
);
const query: fc.Arbitrary<ResourceQuery> = fc.record({
  account: optional(fc.constant(here.account)),
  region: optional(fc.constant(here.region)),
  parent: optional(parent),
  origin: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, origin),
  status: fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, status, fc.uniqueArray(status, { maxLength: 2 })),
  nameContains: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, name),
  nameIncludes: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, name),
  namePrefix: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, name),
  labels: optional(
    fc.dictionary(
      label,
      fc.oneof(labelValue, rangeOf(labelValue), fc.record({ contains: fc.constantFrom("", "X", "1") })),
      { maxKeys: 2 },
    ),
  ),
  created: optional(rangeOf(smallTime)),
  modified: optional(rangeOf(smallTime)),
  sort: optional(
    fc.record({
      by: fc.constantFrom("name", "created", "modified", "status", "label:Team", "label:Cost", "label:Tags"),
      descending: optional(fc.boolean()),
    }),
  ),
  limit: fc.integer({ min: 1, max: 3 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ write: fc.array(change, { maxLength: 3 }) }) },
  { weight: 12, arbitrary: fc.record({ list: query }) },
  { weight: 2, arbitrary: fc.record({ get: name }) },
  { weight: 1, arbitrary: fc.constant({ clear: true as const }) },
);

async function outcome(step: Step, store: ResourceStore): Promise<unknown> {
  if ("get" in step) return store.get(keyOf(step.get));
  if ("write" in step) return store.write(step.write).catch((error: Error) => error.message);
  if ("clear" in step) {
    await store.clear();
    const { sequence } = await store.write([]);
    return store.changes(Math.max(0, sequence - 30), 30);
  }
  const pages = [];
  for (let after: string | undefined, next = true; next; next = after !== undefined) {
    const page = await store.list("model", { ...step.list, after });
    pages.push(page);
    after = page.next;
  }
  return pages;
}
