import type { Context } from "../../../frame/context.ts";
import { type Kind, loadKind } from "../../../frame/define-kind.ts";
import { defineOperations } from "../../../frame/define-operations.ts";
import type { KindEntry } from "../../../frame/kinds.ts";
import { listPage } from "../../../frame/list-page.ts";
import { keyText } from "../../../stores/resources/port.ts";
import type { OutputOf } from "../../../wire/operations.ts";
import { notBuilt } from "../not-built.ts";
import { searchCondition } from "./search-condition.ts";
import { catchUp, makeWhole, recordOf, within } from "./searched-kind.ts";
import { type SearchedProperties, searchedProperties } from "./searched-properties.ts";

type Results = NonNullable<OutputOf<typeof import("@aws-sdk/client-sagemaker"), "Search">["Results"]>;

const defaultSort = "LastModifiedTime";
const mostOnPage = 100;
const mostSuggestions = 100;

/** Finds resources by their properties, whatever their kind: a kind declares the name under which it is searched. */
export const search = defineOperations("sagemaker", {
  async Search(input, context) {
    const { Resource, SortBy, SortOrder = "Descending", CrossAccountFilterOption } = input;
    const { kind, entry } = await searchedKind(Resource, context);
    const properties = await searchedProperties(Resource);
    if (CrossAccountFilterOption === "CrossAccount")
      throw notBuilt(context, "CrossAccountFilterOption CrossAccount", "use SameAccount");
    const where = searchCondition(input, properties);
    if (SortBy !== undefined) properties.typeOf(SortBy);
    await makeCurrent(kind, entry, context);
    const sort = { path: SortBy ?? defaultSort, descending: SortOrder === "Descending" };
    const space = spaceOf(kind, context);
    const { found, total, next } = await listPage({ size: mostOnPage }, input, (page) =>
      context.searchIndex.find(space, { where, sort, ...page }),
    );
    const records = await Promise.all(found.map((one) => readFound(kind, { ...space, ...one }, properties, context)));
    return {
      Results: records.flatMap((record) => record ?? []),
      NextToken: next,
      TotalHits: { Value: total, Relation: "EqualTo" as const },
    };
  },

  async GetSearchSuggestions({ Resource, SuggestionQuery }, context) {
    const { kind, entry } = await searchedKind(Resource, context);
    const { names, open } = await searchedProperties(Resource);
    await makeCurrent(kind, entry, context);
    const begun = SuggestionQuery?.PropertyNameQuery?.PropertyNameHint ?? "";
    // Of names that users choose, those that a resource has.
    const chosen = open
      .filter((start) => start.startsWith(begun) || begun.startsWith(start))
      .flatMap((start) =>
        context.searchIndex.paths(spaceOf(kind, context), start.length > begun.length ? start : begun, mostSuggestions),
      );
    const suggested = new Set([...names.filter((name) => name.startsWith(begun)), ...chosen]);
    return {
      PropertyNameSuggestions: [...suggested].slice(0, mostSuggestions).map((PropertyName) => ({ PropertyName })),
    };
  },
});

async function makeCurrent(kind: Kind, entry: KindEntry, context: Context): Promise<void> {
  await makeWhole(kind, context);
  await catchUp(kind, entry, context);
}

async function searchedKind(
  resource: string,
  context: Context,
): Promise<{ readonly kind: Kind; readonly entry: KindEntry }> {
  const searched = context.kinds.all.filter(({ search }) => search !== undefined);
  const entry = searched.find(({ search }) => search === resource);
  if (entry) return { kind: await loadKind(entry), entry };
  throw notBuilt(context, `Search for ${resource}`, `search for ${searched.map(({ search }) => search).join(", ")}`);
}

const spaceOf = ({ name: kind }: Kind, { account, region }: Context) => ({ account, region, kind });

/** What was found is read where it is kept, so it is shown as it is now; what is gone by then is left out. */
async function readFound(
  kind: Kind,
  {
    account,
    region,
    kind: kindName,
    name,
    id,
  }: ReturnType<typeof spaceOf> & { readonly name: string; readonly id: string },
  { member, shape }: SearchedProperties,
  context: Context,
): Promise<Results[number] | undefined> {
  const document = await kind.find(context, { account, region, kind: kindName, name });
  if (document?.id !== id) return undefined;
  try {
    return { [member]: within(shape, await recordOf(kind, document, context)) };
  } catch {
    // It is not to keep the others from being shown.
    context.searchIndex.missed.set(keyText(document.key), document.key);
    return undefined;
  }
}
