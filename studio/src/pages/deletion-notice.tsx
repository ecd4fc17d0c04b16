import { notify } from "../frame/notices.tsx";
import { number } from "../values/format.ts";
import { visibleName } from "../values/visible.ts";
import type { Kept } from "./delete-each.ts";

/** Of more the count is said. */
const mostNamed = 10;

/** Says what of a deletion went, and what could not be deleted and why: in one notice, since those below are folded. */
export function notifyDeletion(gone: string | undefined, kept: readonly Kept<string>[]): void {
  const [first] = kept;
  if (!first) notify("success", gone ?? "Nothing was to be deleted.");
  else if (kept.length === 1 && gone === undefined)
    notify("error", `${first.thing} could not be deleted. ${first.reason}`);
  else
    notify(
      "error",
      <>
        {gone && <div>{visibleName(gone)}</div>}
        {`${number(kept.length)} could not be deleted:`}
        <ul>
          {kept.slice(0, mostNamed).map(({ thing, reason }) => (
            <li key={`${thing} ${reason}`} className="name">
              <b>{visibleName(thing)}</b> {visibleName(reason)}
            </li>
          ))}
        </ul>
        {kept.length > mostNamed && `and ${number(kept.length - mostNamed)} more`}
      </>,
    );
}
