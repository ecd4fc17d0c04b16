import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "./replace-file.ts";
import { StartFailure } from "./start-failure.ts";

/** The number of the home's layout. It goes up by one whenever an older server could not read what this one writes. */
export const homeFormat = 4;

/**
 * The lock and the log of `start --detach` exist before a new home has a format, and the format before it is whole;
 * `sagebrush environments prepare` may come before the first start.
 */
const isOurs = (name: string) =>
  name.startsWith("lock.sqlite") || ["server.log", "format.new", "environments"].includes(name);

const formatFile = (home: string): string => join(home, "format");

export const writeFormat = (home: string, format: number): void => replaceFile(formatFile(home), `${format}\n`);

/**
 * Returns the format of a home; undefined when the home is new.
 * @throws StartFailure when it is newer than `target`, or damaged, or when the folder is not a home
 */
export function formatOf(home: string, target = homeFormat): number | undefined {
  const file = formatFile(home);
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    // A folder with other things in it may be a mistyped --home.
    const strangers = readdirSync(home).filter((name) => !isOurs(name));
    if (strangers.length === 0) return undefined;
    throw new StartFailure(
      `${home} is not empty and not a home of Sagebrush (it has no file "format"; it has ${strangers.slice(0, 3).join(", ")}). Give another --home.`,
    );
  }
  const format = Number(text);
  if (format > target) {
    throw new StartFailure(
      `${home} has format ${format}; this version of Sagebrush reads up to ${target}. Start a newer version, or give another --home.`,
    );
  }
  if (Number.isInteger(format) && format >= 1) return format;
  throw new StartFailure(`${file} holds "${text}" where the number of a format belongs. The home is damaged.`);
}
