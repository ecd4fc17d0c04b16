/**
 * Loads the page anew when a part of it is gone because Studio was built again. A page of the same build is left alone, so
 * that what is lost for another reason does not load it for ever.
 */
export function followNewerBuild(): void {
  addEventListener("vite:preloadError", () => void reloadIfNewer());
}

async function reloadIfNewer(): Promise<void> {
  const own = document.querySelector<HTMLScriptElement>("script[type=module]")!.getAttribute("src")!;
  const page = await fetch("/_studio/", { cache: "no-cache" }).catch(() => undefined);
  if (page?.ok && !(await page.text()).includes(own)) location.reload();
}
