import type { Clock } from "../../base/clock.ts";
import type { Home } from "./home.ts";

const renewMilliseconds = 60_000;

/** Renews the home's lease as long as the server is open, so that keepers do not end their runs. */
export function keepLease(
  home: Pick<Home, "path" | "renewLease">,
  clock: Clock,
  report: (what: string, error: unknown) => void,
): { end(): void } {
  const renew = () => home.renewLease(clock.now());
  renew();
  // A home that is gone ends the server by itself, see watch-home.ts; any other error may be over at the next time.
  const renewAgain = () => {
    try {
      renew();
    } catch (error) {
      report(`The lease of ${home.path} could not be renewed`, error);
    }
  };
  const timer = setInterval(renewAgain, renewMilliseconds).unref();
  return { end: () => clearInterval(timer) };
}
