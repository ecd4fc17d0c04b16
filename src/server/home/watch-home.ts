import type { Home } from "./home.ts";

const lookMilliseconds = 1000;

/**
 * Looks once a second whether the home is still the one that this server holds. Databases go on to work after their
 * files are removed, and would acknowledge what nobody can read again. `lost` is called once.
 */
export function watchHome(
  home: Pick<Home, "path" | "lock">,
  lost: (words: string) => void,
  everySecond: () => void = () => {},
): { end(): void } {
  const timer = setInterval(() => {
    if (home.lock.isThere()) return everySecond();
    clearInterval(timer);
    lost(
      `${home.path} was removed or replaced while this server ran: its lock is no longer the one that the server holds. ` +
        "What was in it cannot be kept any more. The server ends, and its runs end with it.",
    );
  }, lookMilliseconds).unref();
  return { end: () => clearInterval(timer) };
}
