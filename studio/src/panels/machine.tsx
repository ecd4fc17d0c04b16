import type { Panel } from "../declare/define-resource.ts";
import { deferred } from "../frame/deferred.tsx";

const Body = deferred(() => import("./machine-body.tsx"));

/** What the machine of a job has done: processor, memory and disk. */
export const machinePanel = (namespace: string): Panel => ({
  title: "Machine",
  body: ({ name }) => <Body namespace={namespace} host={`${name}/algo-1`} />,
});
