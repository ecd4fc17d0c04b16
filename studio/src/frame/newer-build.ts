/** What could not be loaded, as the browser told of it. */
const lost = new WeakSet<object>();

/** Remembers which failures mean that a part of the page is gone. */
export function followLostParts(): void {
  addEventListener("vite:preloadError", ({ payload }) => void lost.add(payload));
}

/**
 * Loads the page anew when what it shows failed because Studio was built again. A page of the same build is left alone, so
 * that what is lost for another reason does not load it for ever; and so is one that lost what it did not need yet, because
 * somebody may be filling in a form.
 */
export async function reloadIfNewer(error: unknown): Promise<void> {
  if (typeof error !== "object" || error === null || !lost.has(error)) return;
  const own = [...document.querySelectorAll("script[type=module]")].map((script) => script.getAttribute("src")!);
  const page = await fetch("/_studio/", { cache: "no-cache" }).catch(() => undefined);
  const text = page?.ok ? await page.text() : undefined;
  if (text !== undefined && !own.every((script) => text.includes(script))) location.reload();
}
