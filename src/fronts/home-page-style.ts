/** The colours of the server's pages, by light and dark. */
export const palette = `
:root { color-scheme: light dark; font: 16px/1.55 system-ui, sans-serif; --text: #22302a; --soft: #5c6b63; --page: #f4f6f2; --card: #fff; --line: #dce3dc; --code: #f0f4ef; --head: #2f5447; --good: #2b7a4b; --bad: #b3372c; --under-way: #8a6210; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e2e9e4; --soft: #9dada4; --page: #121815; --card: #1a221e; --line: #2d3933; --code: #121815; --head: #1e3a30; --good: #6fc990; --bad: #f0877c; --under-way: #e0b45c; }
}
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--page); }
header { color: #fff; background: var(--head); }
code, pre, .name { font-family: ui-monospace, monospace; font-size: .875rem; }
`;

/** The style sheet of the home page, which is part of the page because the page loads nothing. */
export const homePageStyle = `
${palette}header > div, main { max-width: 52rem; margin: 0 auto; padding: 0 1.25rem; }
header > div { padding-top: 2.25rem; padding-bottom: 2rem; }
header p { max-width: 38rem; margin: .5rem 0 1.5rem; color: #dfeae3; }
h1 { display: flex; flex-wrap: wrap; gap: .3rem .9rem; align-items: center; margin: 0; font-size: 2rem; line-height: 1.2; letter-spacing: -.01em; }
h2 { margin: 0 0 .8rem; font-size: 1.1rem; }
h2 small { font-size: .9rem; font-weight: normal; color: var(--soft); }
.ready { padding: .15rem .7rem; border-radius: 1rem; background: #fff2; font-size: .85rem; font-weight: 600; letter-spacing: 0; }
.ready::before { content: ""; display: inline-block; width: .55rem; height: .55rem; margin-right: .45rem; border-radius: 50%; background: #7fdca3; }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; margin: -.5rem 0 1.25rem; }
nav a { color: #fff; font-weight: 600; }
dl { display: flex; flex-wrap: wrap; gap: .8rem 2.5rem; margin: 0; }
dt { font-size: .8rem; color: #b9cfc3; }
dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
main { padding-top: 1.5rem; padding-bottom: 3rem; }
section { margin-bottom: 1.25rem; padding: 1.25rem 1.5rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--card); }
section p { margin: 1rem 0 .5rem; }
section h2 + p { margin-top: 0; }
section p:last-child { margin-bottom: 0; }
.none { color: var(--soft); }
pre { margin: .5rem 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--code); overflow-x: auto; }
code { overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { font-size: .8rem; font-weight: normal; color: var(--soft); }
th, td { padding: .5rem 1.25rem .5rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
tbody tr:last-child td { border-bottom: 0; }
td[data-title="Name"] { width: 100%; }
.name, .reason { display: block; white-space: normal; overflow-wrap: anywhere; }
.reason { font-size: .9rem; color: var(--soft); }
.status { font-weight: 600; }
.good { color: var(--good); }
.bad { color: var(--bad); }
.under-way { color: var(--under-way); }
@media (max-width: 40rem) {
  thead { display: none; }
  tr { display: block; padding: .6rem 0; border-bottom: 1px solid var(--line); }
  tbody tr:last-child { border-bottom: 0; }
  td { display: flex; gap: .75rem; padding: .1rem 0; border: 0; white-space: normal; }
  td::before { content: attr(data-title); flex: 0 0 6.5rem; font-size: .8rem; color: var(--soft); }
}
`;
