import { expect, test } from "vitest";
import { sampleStatistics } from "./sample-statistics.ts";

const value = (ValueAsString: string) => ({ FeatureName: "x", ValueAsString });

test("statistics of numbers are of the records that have a value", () => {
  const values = [value("4"), undefined, value("1"), value("3"), value("4")];
  expect(sampleStatistics({ FeatureType: "Integral" }, values)).toEqual({
    figures: [
      ["Records", "5"],
      ["With a value", "4"],
      ["Distinct values", "3"],
      ["Least", "1"],
      ["Greatest", "4"],
      ["Mean", "3"],
      ["Standard deviation", "1.41421"],
      ["25 %", "1"],
      ["Median", "3"],
      ["75 %", "4"],
    ],
    frequent: [
      ["4", "2"],
      ["1", "1"],
      ["3", "1"],
    ],
  });
});

test("texts and collections have lengths, and what has no value has none", () => {
  expect(sampleStatistics({ FeatureType: "String" }, [value("a"), value("名前😀")]).figures.slice(2)).toEqual([
    ["Distinct values", "2"],
    ["Shortest", "1"],
    ["Longest", "3"],
  ]);
  const list = { FeatureName: "x", ValueAsStringList: ["1", "2"] };
  expect(sampleStatistics({ FeatureType: "String", CollectionType: "List" }, [list])).toEqual({
    figures: [
      ["Records", "1"],
      ["With a value", "1"],
      ["Shortest", "2"],
      ["Longest", "2"],
    ],
    frequent: [],
  });
  expect(sampleStatistics({ FeatureType: "Fractional" }, [undefined]).figures).toHaveLength(3);
});
