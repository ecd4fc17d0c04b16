import type { Place } from "../../../frame/kind-naming.ts";

/** The name of the work on a query among all work that engines do. */
export const workName = ({ account, region }: Place, queryId: string): string =>
  `athena ${account} ${region} ${queryId}`;
