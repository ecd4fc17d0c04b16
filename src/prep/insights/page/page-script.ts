/** What the page does of a document, or of a shadow root. The names of the DOM are no part of this layer. */
export interface PageRoot {
  addEventListener(type: string, listener: (event: { readonly target: PageElement }) => void): void;
  querySelectorAll(selector: string): Iterable<PageElement>;
}

interface PageElement {
  readonly children: Iterable<PageElement>;
  readonly dataset: Readonly<Record<string, string | undefined>>;
  readonly parentElement: PageElement;
  readonly tBodies: readonly [PageElement];
  readonly textContent: string;
  readonly value: string;
  hidden: boolean;
  append(...elements: PageElement[]): void;
  closest(selector: string): PageElement | null;
  getAttribute(name: string): string | null;
  matches(selector: string): boolean;
  removeAttribute(name: string): void;
  setAttribute(name: string, value: string): void;
}

/**
 * Makes a report work: tables are sorted by the column whose head is chosen, numbers by their value and what is not there
 * last; a text narrows what is shown to columns with such a name. It stands on pages as its own source, so it uses nothing
 * from outside.
 */
export function enlivenPage(root: PageRoot): void {
  root.addEventListener("click", ({ target }) => {
    const head = target.closest("th button")?.closest("th");
    if (!head) return;
    const at = [...head.parentElement.children].indexOf(head);
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of head.parentElement.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const [body] = head.closest("table")!.tBodies;
    const keyOf = (line: PageElement) => [...line.children][at]!.dataset.value ?? "";
    const sorted = [...body.children].map((line) => ({ key: keyOf(line), line }));
    sorted.sort(({ key: one }, { key: other }) => {
      if (one === "" || other === "") return Number(one === "") - Number(other === "");
      const order =
        head.dataset.kind === "number" ? Number(one) - Number(other) : one < other ? -1 : Number(one > other);
      return down ? -order : order;
    });
    body.append(...sorted.map(({ line }) => line));
  });
  root.addEventListener("input", ({ target }) => {
    if (!target.matches("[data-find]")) return;
    const words = target.value.toLowerCase();
    for (const one of root.querySelectorAll("[data-column]"))
      one.hidden = !one.dataset.column!.toLowerCase().includes(words);
  });
}
