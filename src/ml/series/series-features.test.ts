import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { featureFamilies, namesOf, seriesFeatures } from "./series-features.ts";

/** What tsfresh made of the same series; "inf" is an infinite number, null is none. */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, "goldens/features.json"), "utf8")) as {
  readonly features: readonly string[];
  readonly series: Readonly<
    Record<string, { readonly values: number[]; readonly features: readonly (number | string | null)[] }>
  >;
};

const names = namesOf(featureFamilies);
const numberOf = (value: number | string | null): number =>
  value === null ? Number.NaN : typeof value === "string" ? Number(value.replace("inf", "Infinity")) : value;

test("the names are tsfresh's", () => expect([...names].sort()).toEqual([...golden.features].sort()));

test.each(Object.keys(golden.series))("the features of %s are tsfresh's", (name) => {
  const { features, values } = golden.series[name]!;
  const made = seriesFeatures(Float64Array.from(values), featureFamilies);
  const wrong = golden.features.flatMap((feature, at) => {
    const [wanted, given] = [numberOf(features[at]!), made[names.indexOf(feature)]!];
    const isNear = Object.is(wanted + 0, given + 0) || Math.abs(wanted - given) <= 1e-9 * Math.max(1, Math.abs(wanted));
    return isNear ? [] : [{ feature, wanted, given }];
  });
  expect(wrong).toEqual([]);
});
