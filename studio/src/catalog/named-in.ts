import type { Item } from "../declare/item.ts";

/** The whole name of what stands in something else, "database/table". A slash in the owner's name is escaped: "a%2Fb/table". */
export const nameIn = (owner: string, own: string): string =>
  `${owner.replaceAll("%", "%25").replaceAll("/", "%2F")}/${own}`;

/** The name of what stands in something else: the members that hold both names, and those that calls have for them. */
export const namedIn = (owner: string, own: string, ownerAsked = owner) => ({
  of: (item: Item) => nameIn(String(item[owner]), String(item[own])),
  input(name: string): Item {
    const slash = name.indexOf("/");
    if (slash < 0) throw new Error(`"${name}" names nothing: it has to be written "${nameIn(owner, own)}".`);
    const ownerName = name.slice(0, slash).replaceAll("%2F", "/").replaceAll("%25", "%");
    return { [ownerAsked]: ownerName, [own]: name.slice(slash + 1) };
  },
});
