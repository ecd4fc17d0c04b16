import { existsSync, statSync } from "node:fs";
import { damageOf } from "../../stores/database.ts";
import type { Finding } from "./checkup.ts";

const mebibyte = 1024 ** 2;

/** Reads the whole database, beside a server too. Before the first start there is no database. */
export function checkDatabase(title: string, path: string): readonly Finding[] {
  if (!existsSync(path)) return [];
  const damage = damageOf(path);
  if (damage === undefined)
    return [{ title, words: `${path} is sound (${(statSync(path).size / mebibyte).toFixed(1)} MiB)` }];
  return [
    {
      title,
      words: `${path} is damaged: ${damage}`,
      mark: "wrong",
      fix: "Stop the server and put back a copy of the home, or move the file away to start without what it holds.",
    },
  ];
}
