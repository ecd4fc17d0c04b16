import type { Item } from "../declare/item.ts";

/** The name of what stands in something else, "database/table": the members that hold both, and those that calls have for them. */
export const namedIn = (owner: string, own: string, ownerAsked = owner) => ({
  of: (item: Item) => `${item[owner]}/${item[own]}`,
  input(name: string): Item {
    const slash = name.indexOf("/");
    return { [ownerAsked]: name.slice(0, slash), [own]: name.slice(slash + 1) };
  },
});
