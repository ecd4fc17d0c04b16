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
