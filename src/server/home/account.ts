import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StartFailure } from "./start-failure.ts";

const defaultAccount = "123456789012";

/**
 * HOME/account: the AWS account that everything in the home belongs to, set by the home's first start. Documents and
 * ARNs contain it, so with another account the home would look empty.
 * @throws StartFailure when another account is given later
 */
export function openAccount(home: string, given: string): string {
  const kept = keptAccount(home, given);
  if (kept !== undefined) return kept;
  writeFileSync(accountFile(home), `${given || defaultAccount}\n`, { flush: true });
  return given || defaultAccount;
}

const accountFile = (home: string): string => join(home, "account");

/**
 * Returns the account of a home; undefined before its first start.
 * @throws StartFailure when another one is given
 */
export function keptAccount(home: string, given: string): string | undefined {
  const file = accountFile(home);
  let kept: string;
  try {
    kept = readFileSync(file, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
  if (!/^\d{12}$/.test(kept)) {
    throw new StartFailure(
      `${file} holds "${kept}" where the twelve digits of the account belong. The home is damaged.`,
    );
  }
  if (given && given !== kept) {
    throw new StartFailure(
      `${home} belongs to account ${kept}, not ${given}. Start it without an account, or give another --home.`,
    );
  }
  return kept;
}
