import type { Panel } from "../declare/define-resource.ts";
import type { Item } from "../declare/item.ts";
import { deferred } from "../frame/deferred.tsx";
import type { Asked } from "./asked.ts";

const Body = deferred(() => import("./traffic-body.tsx"));

/**
 * What models are asked, how long they take, and what their machines do.
 * @param machines the metrics of the machines, of processor and memory, and their namespace
 */
export const trafficPanel = (
  asked: (item: Item, name: string) => readonly Asked[],
  machines: readonly [namespace: string, processor: string, memory: string],
): Panel => ({
  title: "Traffic",
  body: ({ item, name }) => <Body asked={asked(item, name)} machines={machines} />,
});
