import type { Clock } from "../../base/clock.ts";
import type { Home } from "./home.ts";

const renewMilliseconds = 60_000;

/** Renews the home's lease as long as the server is open, so that keepers do not end their runs. */
export function keepLease(home: Pick<Home, "renewLease">, clock: Clock): { end(): void } {
  const renew = () => home.renewLease(clock.now());
  renew();
  const timer = setInterval(renew, renewMilliseconds).unref();
  return { end: () => clearInterval(timer) };
}
