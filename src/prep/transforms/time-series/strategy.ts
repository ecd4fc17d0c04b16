import { choice } from "../../../base/params.ts";

/** How many features are made of a series: the larger subsets of tsfresh are not built yet. */
export const strategy = choice(["Minimal subset", "Efficient subset", "All features", "Manual subset"], {
  default: "Minimal subset",
  built: ["Minimal subset"],
});
