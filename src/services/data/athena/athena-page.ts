import type { Context } from "../../../frame/context.ts";
import type { Kind } from "../../../frame/define-kind.ts";
import { listPage, type PageMembers } from "../../../frame/list-page.ts";
import type { ResourceDocument, ResourceQuery } from "../../../stores/resources/port.ts";
import { invalidRequest } from "./athena-faults.ts";

/** How Athena's lists call their pages. */
export const athenaPage: PageMembers = {
  size: 50,
  invalidToken: (token) => invalidRequest(`Invalid NextToken: ${token}`),
};

/** Lists documents of a kind, newest first unless the query says otherwise. No results are as many as usual. */
export async function listAthena<Wanted, Actual>(
  context: Context,
  kind: Kind<Wanted, Actual>,
  input: object,
  query: Omit<ResourceQuery, "limit" | "after">,
): Promise<{ documents: ResourceDocument<Wanted, Actual>[]; next: string | undefined }> {
  const { account, region } = context;
  const { MaxResults } = input as { readonly MaxResults?: number | undefined };
  const { documents, next } = await listPage(athenaPage, { ...input, MaxResults: MaxResults || undefined }, (asked) =>
    context.resources.list(kind.name, {
      ...{ account, region, sort: { by: "created", descending: true } },
      ...query,
      ...asked,
    }),
  );
  return { documents: documents.map(kind.read), next };
}
