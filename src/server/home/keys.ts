import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runKeyPrefix } from "../../runs/run-key.ts";
import { replaceFile } from "./replace-file.ts";
import { StartFailure } from "./start-failure.ts";

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secret: string;
}

/** HOME/keys: the administrator's key as ID:SECRET on one line, readable by its owner only. */
export const keysPath = (home: string): string => join(home, "keys");

/**
 * Returns the administrator's key: that of `adminKeyFile` when one is given (the home then keeps it), else the home's,
 * else a new random one.
 */
export function openAdministratorKey(home: string, adminKeyFile: string): AccessKey {
  if (adminKeyFile) {
    const key = readGivenKey(adminKeyFile);
    writeKey(home, key);
    return key;
  }
  const kept = readKeptKey(home);
  if (kept) return kept;
  const key = { accessKeyId: `SBAK${randomLetters(16)}`, secret: randomBytes(30).toString("base64") };
  writeKey(home, key);
  return key;
}

/** @throws ENOENT when no server has ever started on that home */
export const readAdministratorKey = (home: string): AccessKey =>
  parseKey(readFileSync(keysPath(home), "utf8"), keysPath(home));

/** Returns the same key; undefined when no server has ever started on that home. */
export function readKeptKey(home: string): AccessKey | undefined {
  try {
    return readAdministratorKey(home);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
}

/** 32 bytes in base64. */
const runSecretCharacters = 43;

/** Opens HOME/run-secret. The keys of runs are derived from it, so a run keeps its key when the server restarts. */
export function openRunSecret(home: string): string {
  const kept = readRunSecret(home);
  if (kept !== undefined) return kept;
  const secret = randomBytes(32).toString("base64url");
  writeSecret(runSecretPath(home), secret);
  return secret;
}

const runSecretPath = (home: string): string => join(home, "run-secret");

/** undefined before the first start. */
export function readRunSecret(home: string): string | undefined {
  const path = runSecretPath(home);
  try {
    const secret = readFileSync(path, "utf8").trim();
    if (secret.length >= runSecretCharacters) return secret;
    throw new StartFailure(
      `${path} is damaged. Remove it and start again: a new one is made, and runs that are still going lose their access.`,
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
}

export const readGivenKey = (path: string): AccessKey => parseKey(readGiven(path), path);

function readGiven(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new StartFailure(`The administrator's key cannot be read from ${path}: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

function parseKey(content: string, path: string): AccessKey {
  const match = /^([A-Za-z0-9_]{3,128}):([\x21-\x7e]{8,256})\s*$/.exec(content);
  if (!match) {
    throw new StartFailure(
      `${path} must hold one line ID:SECRET: an id of 3 to 128 letters, digits or "_", and a secret of 8 to 256 visible ASCII characters.`,
    );
  }
  const [, accessKeyId, secret] = match as unknown as [string, string, string];
  if (accessKeyId.startsWith(runKeyPrefix)) {
    throw new StartFailure(
      `${path} holds the id ${accessKeyId}; ids that begin with ${runKeyPrefix} are kept for runs.`,
    );
  }
  return { accessKeyId, secret };
}

const writeKey = (home: string, key: AccessKey): void =>
  writeSecret(keysPath(home), `${key.accessKeyId}:${key.secret}`);

const writeSecret = (path: string, content: string): void => replaceFile(path, `${content}\n`, 0o600);

function randomLetters(count: number): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return Array.from(randomBytes(count), (byte) => letters[byte % 32]).join("");
}
