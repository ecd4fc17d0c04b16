/** The style of a report's page: light and dark by the reader's choice, on a phone and on paper. */
export const pageStyle = `
:root{color-scheme:light dark;--ground:#fff;--raised:#f6f7f9;--line:#d5d9e0;--text:#16191f;--quiet:#545b64;--mark:#2f6fd0;--high:#b42318;--medium:#8a5300;--low:#3b5b7e}
@media (prefers-color-scheme:dark){:root{--ground:#12161c;--raised:#1b2129;--line:#39424e;--text:#e9ebed;--quiet:#a9b4c0;--mark:#79aef5;--high:#ff9c92;--medium:#f2bf6b;--low:#a5c4e6}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,sans-serif}
header,main{max-width:1180px;margin:0 auto;padding:0 20px}
h1{font-size:26px;line-height:1.2;margin:28px 0 4px}
h2{font-size:20px;margin:36px 0 10px;border-bottom:1px solid var(--line);padding-bottom:4px}
h3{font-size:16px;margin:0;overflow-wrap:anywhere}
p{margin:4px 0 10px}
a{color:var(--mark)}
.quiet{color:var(--quiet)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
nav ul{display:flex;flex-wrap:wrap;gap:4px 16px;padding:0;margin:10px 0;list-style:none}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:10px;margin:14px 0}
.tiles div{background:var(--raised);border:1px solid var(--line);border-radius:8px;padding:10px 12px}
.tiles dt{color:var(--quiet);font-size:13px}
.tiles dd{margin:0;font-size:20px;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.warnings{list-style:none;margin:0;padding:0;display:grid;gap:8px}
.warnings li{border:1px solid var(--line);border-left:5px solid var(--kind);border-radius:6px;padding:8px 12px;background:var(--raised)}
.high{--kind:var(--high)}.medium{--kind:var(--medium)}.low{--kind:var(--low)}
.badge{color:var(--kind);font-weight:700;font-size:12px;text-transform:uppercase;letter-spacing:.04em}
.warnings p{margin:2px 0}
.scroll{contain:layout paint;overflow-x:auto;border:1px solid var(--line);border-radius:8px;margin:8px 0}
.scroll table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
.scroll th,.scroll td{padding:5px 10px;text-align:left;border-bottom:1px solid var(--line);vertical-align:top;white-space:nowrap;max-width:320px;overflow:hidden;text-overflow:ellipsis}
.scroll thead th{background:var(--raised)}
.scroll tbody tr:last-child>*{border-bottom:0}
th button{all:unset;cursor:pointer;font-weight:700}
th button:focus-visible,.scroll:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--mark);outline-offset:2px}
th[aria-sort=ascending] button::after{content:" \\2191"}
th[aria-sort=descending] button::after{content:" \\2193"}
.number{text-align:right!important}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(340px,100%),1fr));gap:12px}
.card{border:1px solid var(--line);border-radius:8px;padding:12px;background:var(--raised);content-visibility:auto;contain-intrinsic-size:auto 330px;min-width:0}
.card dl{display:grid;grid-template-columns:auto 1fr;gap:1px 12px;margin:8px 0 0;font-size:13px;font-variant-numeric:tabular-nums}
.card dt{color:var(--quiet)}.card dd{margin:0;text-align:right;overflow-wrap:anywhere}
.bars{width:100%;height:auto;display:block;margin-top:8px}
.bars rect{fill:var(--mark)}.bars text{fill:var(--quiet);font-size:11px}
.values{width:100%;table-layout:fixed;border-collapse:collapse;font-size:13px;margin-top:8px}
.values th{font-weight:400;text-align:left;width:45%;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.values td{white-space:nowrap;overflow:hidden}
.bar{display:inline-block;height:10px;background:var(--mark);border-radius:2px;min-width:1px}
footer{max-width:1180px;margin:30px auto;padding:0 20px;color:var(--quiet);font-size:13px}
@media print{.card{content-visibility:visible;break-inside:avoid}.warnings li{break-inside:avoid}nav{display:none}.scroll{overflow:visible}.scroll td,.scroll th{white-space:normal}}
`;

/** Sorts the tables by the column whose head is chosen: numbers by their value, what is not there last. */
export const pageScript = `
for (const button of document.querySelectorAll("th button")) button.addEventListener("click", () => {
  const head = button.closest("th"), row = head.parentElement, at = [...row.children].indexOf(head);
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of row.children) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = head.closest("table").tBodies[0];
  const key = (line) => line.children[at].dataset.value ?? line.children[at].textContent;
  const sorted = [...body.rows].map((line) => [key(line), line]).sort(([a], [b]) => {
    if (a === "" || b === "") return (a === "") - (b === "");
    const order = head.dataset.kind === "number" ? a - b : a < b ? -1 : a > b ? 1 : 0;
    return down ? -order : order;
  });
  body.append(...sorted.map(([, line]) => line));
});
`;
