import type { Database } from "../database.ts";
import type { Claim, ResourceKey } from "./port.ts";
import type { SqliteSpaces } from "./sqlite-spaces.ts";

/** Rows are kept when the lease is over and when the document is gone: a fencing number is never used again. */
export const claimSchema = `
create table if not exists claim (
  space integer not null, name text not null,
  owner text not null, fence integer not null, until integer not null,
  primary key (space, name)
) strict, without rowid;
`;

/** Keeps leases. Its methods are called within a transaction. */
export function createSqliteClaims(database: Database, spaces: SqliteSpaces) {
  const find = database.prepare<[number, string], { owner: string; fence: number; until: number }>(
    "select owner, fence, until from claim where space = ? and name = ?",
  );
  const set = database.prepare("insert or replace into claim values (?, ?, ?, ?, ?)");

  const held = (key: ResourceKey) => find.get(spaces.make(key), key.name);

  return {
    isHeld: (claim: Claim): boolean => held(claim.key)?.fence === claim.fence,
    /** undefined when another owner holds an unexpired lease. */
    take(key: ResourceKey, owner: string, seconds: number, time: number): Claim | undefined {
      const found = held(key);
      if (found && found.owner !== owner && found.until > time) return undefined;
      const claim = { key, owner, fence: (found?.fence ?? 0) + 1, until: time + seconds * 1000 };
      set.run(spaces.make(key), key.name, owner, claim.fence, claim.until);
      return claim;
    },
  };
}
