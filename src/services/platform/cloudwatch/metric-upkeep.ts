import { defineUpkeep } from "../../../frame/define-upkeep.ts";
import { rollUpMetrics } from "./metric-retention.ts";

const minute = 60_000;

export const metricUpkeep = defineUpkeep({
  name: "metric-roll-up",
  everyMilliseconds: 10 * minute,
  run: rollUpMetrics,
});
