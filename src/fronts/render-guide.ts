import { Marked } from "marked";
import { guidePath } from "../base/guide-path.ts";
import { asText } from "./as-text.ts";
import type { GuidePage, GuidePages } from "./guide-pages.ts";
import { guideStyle } from "./guide-style.ts";

/** A table with more columns is shown row by row on a narrow screen. */
const mostNarrowColumns = 2;

/** The page as HTML that loads nothing and runs nothing. */
export function renderGuidePage(page: GuidePage, pages: GuidePages): string {
  return frame(page.title, markdownOf(page, pages).parse(page.markdown, { async: false }), pages, page);
}

/** Renders the 404 page of the guide. */
export const renderMissingPage = (pages: GuidePages): string =>
  frame("No such page", "<h1>No such page</h1>\n<p>The guide has the pages that are listed here.</p>\n", pages);

/** Links between pages lead to their addresses here; a link to a file that the server does not show is its text alone. */
function markdownOf(page: GuidePage, pages: GuidePages): Marked {
  return new Marked({
    renderer: {
      html: () => "",
      image: ({ text }) => asText(text),
      heading({ tokens, depth, text }) {
        return `<h${depth} id="${anchorOf(text)}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens);
        const target = pages.linked(page, href);
        const anchor = href.includes("#") ? href.slice(href.indexOf("#")) : "";
        const address = target ? target.path + anchor : /^https?:\/\//.test(href) ? href : undefined;
        return address === undefined ? words : `<a href="${asText(address)}">${words}</a>`;
      },
      table({ header, rows }) {
        const titles = header.map(({ text }) => asText(text.replace(/[`*_]/g, "")));
        const cells = rows.map((row) =>
          row.map(
            ({ tokens }, column) =>
              `<td data-title="${titles[column]}"><span>${this.parser.parseInline(tokens)}</span></td>`,
          ),
        );
        const body = cells.map((row) => `<tr>${row.join("")}</tr>\n`).join("");
        const heads = header.map(({ tokens }) => `<th>${this.parser.parseInline(tokens)}</th>`).join("");
        const wide = header.length > mostNarrowColumns ? ' class="wide"' : "";
        return `<div class="table"><table${wide}>\n<thead><tr>${heads}</tr></thead>\n<tbody>\n${body}</tbody>\n</table></div>\n`;
      },
    },
  });
}

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

function frame(title: string, body: string, pages: GuidePages, page?: GuidePage): string {
  const items = pages.all.map(
    (other) =>
      `<li><a href="${other.path}"${other === page ? ' aria-current="page"' : ""}>${asText(other.title)}</a></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${asText(title)} - Sagebrush</title>
<style>${guideStyle}</style>
</head>
<body>
<header><div><a href="/">Sagebrush</a><a href="${guidePath}">Guide</a><a class="to-pages" href="#pages">All pages</a></div></header>
<div class="page">
<main>
${body}</main>
<nav id="pages">
<h2>All pages</h2>
<ul>
${items.join("\n")}
</ul>
</nav>
</div>
</body>
</html>
`;
}
