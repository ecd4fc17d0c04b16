import type { HomeUpgrade } from "./home-upgrade.ts";

/**
 * In format 4, what was appended to a journal without a sync may lie in a log beside the index (`journals/written-PLACE`), when
 * the server was killed. A home of format 3 has none, or one that is read as it is: nothing is to be changed but the
 * number, by which an older server, which would leave out those entries, refuses the home.
 */
export const upgrade3To4: HomeUpgrade = () => {};
