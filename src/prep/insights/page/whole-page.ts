import { Html, html } from "./html.ts";
import { enlivenPage } from "./page-script.ts";
import { pageStyle } from "./page-style.ts";

const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/** A page of HTML that asks for nothing from anywhere: its tables are sorted, and it is light or dark as the person likes. */
export const wholePage = (title: string, words: string, body: Html): string =>
  html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>${title}</title><style>${new Html(pageStyle)}</style></head><body><header><h1>${title}</h1><p class="quiet">${words}</p></header><main>${body}</main><script>(${new Html(String(enlivenPage))})(document)</script></body></html>
`.text;
