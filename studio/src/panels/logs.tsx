import type { Panel } from "../declare/define-resource.ts";
import type { Item } from "../declare/item.ts";
import { deferred } from "../frame/deferred.tsx";

const Body = deferred(() => import("./logs-body.tsx"));

/** The log streams of a document: those of a group whose names begin so. */
export const logPanel = (
  group: (item: Item, name: string) => string,
  prefix: (item: Item, name: string) => string,
): Panel => ({
  title: "Log",
  body: ({ item, name }) => <Body group={group(item, name)} prefix={prefix(item, name)} />,
});

/** The log of a job, whose streams are "<name>/..." in its kind's group. */
export const jobLog = (group: string): Panel =>
  logPanel(
    () => group,
    (_, name) => `${name}/`,
  );
