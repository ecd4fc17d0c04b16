import type { Database } from "../database.ts";
import type { ResourceKey } from "./port.ts";

/**
 * A space is one kind in one account and region, or one label of it: a small number in place of three or four texts, so
 * that the entries of indexes are small. `label` is "" for the documents themselves.
 */
export const spaceSchema = `
create table if not exists space (
  space integer primary key,
  kind text not null, account text not null, region text not null, label text not null,
  unique (kind, account, region, label)
) strict;
`;

export type SpaceOwner = Pick<ResourceKey, "account" | "region" | "kind">;

export function createSqliteSpaces(database: Database) {
  const select = database
    .prepare<unknown[], number>("select space from space where kind = ? and account = ? and region = ? and label = ?")
    .pluck();
  const owner = database.prepare<[number], SpaceOwner>("select kind, account, region from space where space = ?");
  const ofKind = database
    .prepare<unknown[], number>(
      `select space from space where kind = ? and label = ''
       and account = coalesce(?, account) and region = coalesce(?, region) order by space`,
    )
    .pluck();
  const insert = database.prepare("insert into space (kind, account, region, label) values (?, ?, ?, ?)");
  const further = database
    .prepare<[number], number>("select exists (select 1 from label where space = ? and first = 0)")
    .pluck();
  const known = new Map<string, number>();
  const owners = new Map<number, SpaceOwner>();
  /** Made since the last commit: not to be remembered, because the transaction may yet be taken back. */
  const fresh = new Set<string>();

  function find({ kind, account, region }: SpaceOwner, label = ""): number | undefined {
    const text = `${kind}\n${account}\n${region}\n${label}`;
    const remembered = known.get(text);
    if (remembered !== undefined) return remembered;
    const space = select.get(kind, account, region, label);
    if (space !== undefined && !fresh.has(text)) known.set(text, space);
    return space;
  }

  return {
    find,
    /** Finds or makes a space, within a transaction. */
    make(key: SpaceOwner, label = ""): number {
      const space = find(key, label);
      if (space !== undefined) return space;
      const { kind, account, region } = key;
      fresh.add(`${kind}\n${account}\n${region}\n${label}`);
      return Number(insert.run(kind, account, region, label).lastInsertRowid);
    },
    /** Remembers the spaces made since the last commit. */
    committed(): void {
      if (fresh.size > 0) fresh.clear();
    },
    ownerOf(space: number): SpaceOwner {
      let found = owners.get(space);
      if (!found) {
        found = owner.get(space)!;
        owners.set(space, found);
      }
      return found;
    },
    /** Whether a document has more than one value of that label. */
    hasFurther: (labelSpace: number): boolean => further.get(labelSpace) === 1,
    /** The spaces of a kind's documents; of every account or region when none is given. */
    ofKind(kind: string, account: string | undefined, region: string | undefined): readonly number[] {
      if (account === undefined || region === undefined) return ofKind.all(kind, account ?? null, region ?? null);
      const space = find({ kind, account, region });
      return space === undefined ? [] : [space];
    },
  };
}

export type SqliteSpaces = ReturnType<typeof createSqliteSpaces>;
