import type { Locator, Page } from "playwright-core";

/** Notes when a page was last clicked. For every page of a context, before it is opened. */
export const noteClicks = `addEventListener("click", (event) => { globalThis.clickedAt = event.timeStamp; }, true)`;

/**
 * Resolves with when the browser has drawn what `look`, an expression, waits for: in milliseconds since the page began. A
 * test runner that waits for it looks every half second after a while, which is longer than what is measured.
 */
const whenDrawn = (page: Page, look: string): Promise<number> =>
  page.evaluate(`new Promise((resolve, reject) => {
    const drawn = () => {
      watching.disconnect();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now());
      requestAnimationFrame(() => port2.postMessage(0));
    };
    const watching = new MutationObserver(() => { if (${look}) drawn(); });
    watching.observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
    if (${look}) drawn();
    setTimeout(() => reject(new Error(${JSON.stringify(`Nothing was drawn such as ${look}`)})), 30_000);
  })`);

/** Opens an address; returns how long it takes, from the beginning of the navigation, until that is drawn. */
export async function openedIn(page: Page, url: string, look: string): Promise<number> {
  await page.goto(url, { waitUntil: "commit" });
  return await whenDrawn(page, look);
}

/** Clicks; returns how long it takes from the browser's event until that is drawn. */
export async function clickedIn(page: Page, target: Locator, look: string): Promise<number> {
  const drawn = whenDrawn(page, look);
  await target.click();
  return (await drawn) - ((await page.evaluate("globalThis.clickedAt")) as number);
}

const some = (selector: string, text: string, pattern: RegExp) =>
  `[...document.querySelectorAll(${JSON.stringify(selector)})].some((one) => ${pattern}.test(${text}))`;

export const heading = (name: RegExp): string => some("h1", "one.textContent.trim()", name);
export const picture = (name: RegExp): string => some("[role=img]", `one.getAttribute("aria-label")`, name);
/** So many rows, one of which leads to that name. */
export const rows = (count: number, name: RegExp): string =>
  `document.querySelectorAll("tbody tr").length >= ${count} && ${some("tbody a", "one.textContent.trim()", name)}`;
