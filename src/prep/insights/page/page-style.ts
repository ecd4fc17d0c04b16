/**
 * The style of a report, on a page of its own or in a shadow tree of another: light and dark as what is around it, on a phone
 * and on paper. The policy of a page that shows it may refuse styles in attributes, so there are none.
 */
export const pageStyle = `
:root{color-scheme:light dark;scroll-padding-top:44px}
:root,:host{--ground:light-dark(#fff,#12161c);--raised:light-dark(#f6f7f9,#1b2129);--line:light-dark(#d5d9e0,#39424e);--text:light-dark(#16191f,#e9ebed);--quiet:light-dark(#545b64,#a9b4c0);--mark:light-dark(#2f6fd0,#79aef5);--high:light-dark(#b42318,#ff9c92);--medium:light-dark(#8a5300,#f2bf6b);--low:light-dark(#3b5b7e,#a5c4e6)}
*{box-sizing:border-box}
[hidden]{display:none!important}
body,:host{color:var(--text)}
body{margin:0;background:var(--ground);font:15px/1.45 system-ui,sans-serif}
body>header,body>main{max-width:1240px;margin:0 auto;padding:0 20px}
body>main{padding-bottom:30px}
h1{font-size:26px;line-height:1.2;margin:20px 0 4px}
h2{font-size:19px;margin:26px 0 10px;border-bottom:1px solid var(--line);padding-bottom:3px}
h3{font-size:15px;margin:0;overflow-wrap:anywhere}
p{margin:4px 0 8px}
a{color:var(--mark)}
.quiet{color:var(--quiet)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
nav{background:var(--ground);border-bottom:1px solid var(--line);overflow-x:auto}
body nav{position:sticky;top:0;z-index:1}
:host nav{background:transparent}
:host h2,:host .card{scroll-margin-top:64px}
.picture{padding:10px;max-height:none}
.figures td{white-space:normal;max-width:640px}
nav ul{display:flex;gap:16px;padding:8px 0;margin:0;list-style:none;white-space:nowrap}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(150px,45%),1fr));gap:8px;margin:12px 0}
.tiles div{background:var(--raised);border:1px solid var(--line);border-radius:8px;padding:8px 12px}
.tiles dt{color:var(--quiet);font-size:13px}
.tiles dd{margin:0;font-size:20px;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.tiles .more{font-size:13px;color:var(--quiet)}
.tiles span{font-size:14px;color:var(--kind);white-space:nowrap}
.tiles b{font-size:20px}
.warnings{list-style:none;margin:0;padding:0;display:grid;gap:8px}
.warnings>li{border:1px solid var(--line);border-left:5px solid var(--kind);border-radius:6px;padding:7px 12px;background:var(--raised);min-width:0;overflow-wrap:anywhere}
.high{--kind:var(--high)}.medium{--kind:var(--medium)}.low{--kind:var(--low)}
.badge{color:var(--kind);font-weight:700;font-size:12px;text-transform:uppercase;letter-spacing:.04em}
.warnings p{margin:2px 0}
.found{margin:2px 0;padding-left:18px}
details{margin:4px 0}
summary{cursor:pointer;color:var(--mark)}
.find input{font:inherit;color:inherit;background:var(--raised);border:1px solid var(--quiet);border-radius:6px;padding:4px 8px;max-width:100%}
.scroll{contain:layout paint;overflow:auto;width:fit-content;max-width:100%;max-height:min(80vh,900px);border:1px solid var(--line);border-radius:8px;margin:8px 0}
.scroll table{border-collapse:separate;border-spacing:0;font-size:14px;font-variant-numeric:tabular-nums}
.scroll th,.scroll td{padding:4px 10px;text-align:left;border-bottom:1px solid var(--line);vertical-align:top;white-space:nowrap;max-width:320px;overflow:hidden;text-overflow:ellipsis}
.scroll thead th{background:var(--raised);position:sticky;top:0}
.scroll tbody tr:last-child>*{border-bottom:0}
th button{all:unset;cursor:pointer;font-weight:700}
th button:focus-visible,.scroll:focus-visible,a:focus-visible,summary:focus-visible,input:focus-visible{outline:2px solid var(--mark);outline-offset:2px}
th[aria-sort=ascending] button::after{content:" \\2191"}
th[aria-sort=descending] button::after{content:" \\2193"}
.number{text-align:right!important}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(280px,100%),1fr));gap:10px}
.card{border:1px solid var(--line);border-radius:8px;padding:10px 12px;background:var(--raised);content-visibility:auto;contain-intrinsic-size:auto 320px;min-width:0}
.card p{margin:0 0 2px;font-size:13px}
.card dl{display:grid;grid-template-columns:auto 1fr;gap:1px 12px;margin:6px 0 0;font-size:13px;font-variant-numeric:tabular-nums}
.card dt{color:var(--quiet)}.card dd{margin:0;text-align:right;overflow-wrap:anywhere}
.bars{width:100%;height:auto;display:block;margin-top:6px}
.bars rect,.bar{fill:var(--mark)}.bars text{fill:var(--quiet);font-size:11px}
.bar{height:10px;width:100%;display:block;margin-top:5px}
.number .bar{display:inline-block;width:48px;margin:0 8px 0 0;background:var(--line)}
.values{width:100%;table-layout:fixed;border-collapse:collapse;font-size:13px;margin-top:6px}
.values th{font-weight:400;text-align:left;width:38%;padding-right:8px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.values td:last-child{width:108px;text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.beside{display:flex;flex-wrap:wrap;gap:0 16px;align-items:start}
.classes{max-width:560px}
.definitions{columns:2 360px;margin:0}
.definitions dt{break-after:avoid}.definitions dd{margin:0 0 8px}
@media(max-width:600px){body>header,body>main{padding:0 14px}.card{contain-intrinsic-size:auto 300px}}
@media print{:root{color-scheme:light}nav,.find{display:none}.card{content-visibility:visible}.card,.warnings>li,.tiles{break-inside:avoid}h2{break-after:avoid}.cards{grid-template-columns:repeat(3,1fr)}.scroll{overflow:visible;max-height:none;contain:none;border:0}.scroll table{font-size:8px}.scroll th,.scroll td{white-space:normal;padding:2px 3px;overflow-wrap:break-word}.number .bar{width:20px;margin-right:3px;height:7px}.values{font-size:11px}.scroll thead th{position:static}details::details-content{content-visibility:visible;block-size:auto}summary{display:none}}
`;
