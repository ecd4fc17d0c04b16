import { palette } from "./palette.ts";

/** The style sheet of the guide's pages, which is part of each page because a page loads nothing. */
export const guideStyle = `${palette}
header div { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; max-width: 72rem; margin: 0 auto; padding: .8rem 1.25rem; }
header a { color: #fff; font-weight: 600; text-decoration: none; }
header a:first-child { font-size: 1.25rem; }
.to-pages { display: none; margin-left: auto; }
.page { display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 2.5rem; max-width: 72rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
nav { grid-area: 1 / 1; font-size: .9rem; }
nav h2 { display: none; }
nav ul { margin: .4rem 0 1.2rem; padding: 0; list-style: none; }
nav li { margin: .35rem 0; }
nav a { color: var(--soft); text-decoration: none; }
nav a[aria-current] { color: var(--text); font-weight: 600; }
main { grid-column: 2; min-width: 0; max-width: 50rem; overflow-wrap: break-word; }
main a { color: var(--good); }
h1 { margin: 0 0 1rem; font-size: 1.9rem; line-height: 1.2; letter-spacing: -.01em; }
h2 { margin: 2.2rem 0 .6rem; font-size: 1.25rem; }
h3 { margin: 1.6rem 0 .4rem; font-size: 1.05rem; }
p, ul, ol, table { margin: .7rem 0; }
li { margin: .25rem 0; }
main > ul, main > ol { padding-left: 1.4rem; }
code { padding: .1em .25em; border-radius: .25rem; background: var(--code); overflow-wrap: anywhere; }
pre { margin: .8rem 0; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: .4rem; background: var(--card); overflow-x: auto; line-height: 1.45; }
pre code { padding: 0; background: none; overflow-wrap: normal; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: .925rem; }
th, td { padding: .4rem 1rem .4rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { font-weight: 600; color: var(--soft); }
td code { overflow-wrap: break-word; }
@media (max-width: 52rem) {
  .to-pages { display: inline; }
  .page { display: block; padding-top: 1rem; }
  nav { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
  nav h2 { display: block; margin: 0; font-size: 1rem; }
  h1 { font-size: 1.6rem; }
  .wide, .wide tbody { display: block; }
  .wide thead { display: none; }
  .wide code { overflow-wrap: anywhere; }
  .wide tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); }
  .wide td { display: flex; gap: .75rem; padding: .1rem 0; border: 0; }
  .wide td::before { content: attr(data-title); flex: 0 0 6rem; font-size: .8rem; color: var(--soft); }
  .wide td > span { min-width: 0; overflow-wrap: anywhere; }
}
`;
