import { preparePage } from "./routes.tsx";

const base = "/_studio";

/**
 * Loads what draws the page that is opened while it is still asked who is signed in; from then on what draws a page as soon
 * as the pointer or the focus is on a link to it.
 */
export function preparePages(): void {
  preparePage(location.pathname.slice(base.length));
  for (const event of ["pointerover", "focusin"])
    addEventListener(
      event,
      ({ target }) => {
        const link = target instanceof Element ? target.closest<HTMLAnchorElement>(`a[href^="${base}/"]`) : null;
        if (link && link.origin === location.origin) preparePage(link.pathname.slice(base.length));
      },
      { passive: true },
    );
}
