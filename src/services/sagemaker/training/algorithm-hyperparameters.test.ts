import { expect, it } from "vitest";
import { withDefaults } from "./algorithm-hyperparameters.ts";

it("takes no hyperparameter as given that every object of JavaScript has by that name", () => {
  const specification = { Name: "constructor", Type: "FreeText" as const };
  expect(withDefaults({}, [{ ...specification, DefaultValue: "a" }])).toEqual({ constructor: "a" });
  expect(() => withDefaults({}, [{ ...specification, IsRequired: true }])).toThrow('"constructor" is required');
});
