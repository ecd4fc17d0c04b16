import { expect, test } from "vitest";
import { type FacetCounts, preTrainingBias } from "./pre-training-bias.ts";

const counts = (
  othersPositive: number,
  othersNegative: number,
  facetPositive: number,
  facetNegative: number,
): FacetCounts => ({
  othersPositive,
  othersNegative,
  facetPositive,
  facetNegative,
});
const all = (of: FacetCounts, groups?: readonly FacetCounts[]) =>
  Object.fromEntries(preTrainingBias.map((metric) => [metric.name, metric.of(of, groups)]));

// The expected figures are computed by hand: 3/4 of the others' labels and 1/4 of the facet's are positive.
test("a facet with fewer rows and fewer positive labels", () => {
  const near = (value: number) => expect.closeTo(value, 14);
  expect(all(counts(9, 3, 1, 3), [counts(9, 0, 1, 1), counts(0, 3, 0, 2)])).toEqual({
    CI: 0.5,
    DPL: 0.5,
    JS: near(0.75 * Math.log(1.5) + 0.25 * Math.log(0.5)),
    KL: near(0.5 * Math.log(3)),
    LP: near(Math.SQRT1_2),
    TVD: 0.5,
    KS: 0.5,
    CDDL: near((11 * (1 - 0.1) + 5 * 0.4) / 16),
  });
});

test("a side without rows, no label in common, no group and labels of one kind are said", () => {
  expect(all(counts(1, 1, 0, 0))).toMatchObject({ CI: "No row is in the facet.", KL: "No row is in the facet." });
  expect(all(counts(0, 0, 1, 1)).DPL).toMatch(/All rows are in the facet/);
  expect(all(counts(2, 0, 0, 2))).toMatchObject({
    DPL: 1,
    KS: "The facet and the other rows have no label in common.",
  });
  expect(all(counts(1, 1, 1, 1)).CDDL).toMatch(/set group_name/);
  expect(all(counts(1, 0, 1, 0), []).CDDL).toBe("Every row has a positive label.");
  expect(all(counts(0, 1, 0, 1), []).CDDL).toBe("No row has a positive label.");
});

test("a label that one side lacks is left out of the distances", () => {
  expect(all(counts(2, 2, 4, 0))).toMatchObject({ DPL: -0.5, TVD: 0.25, KS: 0.5, LP: 0.5 });
});
