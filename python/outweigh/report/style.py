"""The look of the report, in light and dark, on screen and paper."""

STYLE = """
:root{--paper:#f6f4ef;--sheet:#fff;--ink:#1d2733;--soft:#5a6675;--line:#e3ded4;--grid:#ece8df;
--heard:#c2571a;--base:#a9b2bc;--estimate:#1f5f8b;--money:#7a5ba6;--truth:#1d2733;--quiet:#8a6d3b;
--good:#2b6e46;--good-back:#e3f1e8;--bad:#8f3a1c;--bad-back:#f9e6dd;--zebra:rgba(29,39,51,.025);--edge:rgba(29,39,51,.22)}
@media (prefers-color-scheme:dark){:root{--paper:#12161c;--sheet:#1a2029;--ink:#e8e6e1;--soft:#9ba7b4;--line:#2d3642;
--grid:#27303b;--heard:#f08a4b;--base:#5d6875;--estimate:#66aee0;--money:#b49be0;--truth:#f4f1ea;--quiet:#c9a463;
--good:#8fd3a8;--good-back:#1c3527;--bad:#f3a585;--bad-back:#40231a;--zebra:rgba(255,255,255,.03);--edge:rgba(0,0,0,.6)}}
*{box-sizing:border-box}
html{scroll-behavior:smooth}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
.skip{position:absolute;left:-9999px}.skip:focus{left:1rem;top:1rem;background:var(--sheet);padding:.5rem 1rem}
header,.frame-of-page,body>footer{max-width:1220px;margin:0 auto;padding:0 1.5rem}
header{padding-top:2.6rem;padding-bottom:.6rem}
header h1{margin:.1rem 0 .3rem;font:600 2.25rem/1.15 Georgia,"Iowan Old Style","Times New Roman",serif;letter-spacing:-.01em}
header p{margin:0;color:var(--soft)}
.brand{font-weight:700;letter-spacing:.12em;text-transform:uppercase;font-size:.78rem;color:var(--heard)!important}
.frame-of-page{display:grid;grid-template-columns:190px minmax(0,1fr);gap:2rem;align-items:start}
nav{position:sticky;top:1.2rem;display:flex;flex-direction:column;padding-top:1.4rem;font-size:.9rem}
nav a{color:var(--soft);text-decoration:none;padding:.32rem 0 .32rem .8rem;border-left:2px solid var(--line)}
nav a:hover,nav a:focus{color:var(--ink);border-color:var(--heard)}
section{background:var(--sheet);border:1px solid var(--line);border-radius:10px;padding:1.5rem 1.8rem 1.7rem;margin:1.3rem 0}
h2{margin:0 0 .7rem;font:600 1.5rem/1.2 Georgia,"Iowan Old Style","Times New Roman",serif}
h3{margin:1.9rem 0 .5rem;font-size:1.02rem}
p{margin:.4rem 0 .8rem;max-width:74ch}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(185px,1fr));gap:1rem;margin:.4rem 0 1.1rem}
.card{border-top:3px solid var(--heard);padding:.7rem 0 0}
.card p{margin:0}.figure{font:600 1.95rem/1.15 Georgia,"Times New Roman",serif;white-space:nowrap}
.what{font-weight:600;font-size:.95rem}.more{color:var(--soft);font-size:.86rem}
.said{padding-left:1.1rem;margin:.2rem 0 0}.said li{margin:.35rem 0;max-width:78ch}
.note,.why{color:var(--soft);font-size:.86rem}.why{margin-left:.5rem;font-weight:400}
.chart{overflow-x:auto;margin:.6rem 0 1rem}
svg{display:block;width:100%;height:auto;font:13px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
svg text{fill:var(--ink)}svg .tick{fill:var(--soft);font-size:12px}svg .small{font-size:11.5px}
svg .strong{font-weight:600}
.grid{stroke:var(--grid);stroke-width:1}.zebra{fill:var(--zebra)}
.heard{fill:var(--heard)}.base{fill:var(--base)}.quiet{fill:var(--quiet)}
.raw-bar,.raw-dot{fill:var(--heard)}.money-bar,.money-dot{fill:var(--money)}.estimate-bar{fill:var(--estimate)}
.raw-dot,.money-dot{fill-opacity:.8}
.whisker{stroke:var(--ink);stroke-width:1.5;stroke-opacity:.75}
.interval{stroke:var(--estimate);stroke-width:3;stroke-opacity:.42;stroke-linecap:round}
.estimate{fill:var(--estimate)}.faint{opacity:.5}
.raw{stroke:var(--heard);stroke-width:2;fill:none}
.truth{fill:none;stroke:var(--truth);stroke-width:1.6}
.hollow{fill:var(--sheet);stroke:var(--base);stroke-width:1.6}
.curve{fill:none;stroke:var(--estimate);stroke-width:2.4;stroke-linejoin:round}
.frame{fill:none;stroke:var(--line)}.diagonal{stroke:var(--base);stroke-dasharray:4 4}
.block{fill:var(--estimate)}.block.other{fill:var(--estimate);fill-opacity:.78}
svg .on-block{fill:#fff;font-size:12px;font-weight:600}svg .light{font-weight:400;fill-opacity:.85}
@media (prefers-color-scheme:dark){svg .on-block{fill:#0e141b}}
.table{overflow-x:auto;margin:.5rem 0 .8rem;background:linear-gradient(to right,var(--sheet) 40%,transparent) left/3rem 100% no-repeat local,
linear-gradient(to left,var(--sheet) 40%,transparent) right/3rem 100% no-repeat local,
linear-gradient(to right,var(--edge),transparent) left/.9rem 100% no-repeat,
linear-gradient(to left,var(--edge),transparent) right/.9rem 100% no-repeat}
table{border-collapse:collapse;width:100%;font-size:.9rem}
caption{text-align:left;color:var(--soft);padding-bottom:.3rem}
th{font-weight:600;color:var(--soft);font-size:.8rem;border-bottom:1.5px solid var(--line);text-align:left;vertical-align:bottom}
th,td{padding:.42rem .7rem .42rem 0}td{border-bottom:1px solid var(--grid);vertical-align:top}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.s{min-width:15rem}
.badge{font-size:.76rem;padding:.1rem .5rem;border-radius:99px;white-space:nowrap}
.good{background:var(--good-back);color:var(--good)}.bad{background:var(--bad-back);color:var(--bad)}
.bar{display:inline-block;height:.7rem;background:var(--estimate);border-radius:2px;min-width:1px}
td:last-child:has(.bar){width:28%}.bar.minus{background:var(--heard)}
details{border-top:1px solid var(--line);padding:.6rem 0}details+details{margin-top:0}
summary{cursor:pointer}summary:focus-visible,a:focus-visible{outline:2px solid var(--estimate);outline-offset:3px}
blockquote{margin:.7rem 0;padding:.1rem 0 .1rem 1rem;border-left:3px solid var(--heard)}
blockquote p{margin:0;font-style:italic}blockquote footer{color:var(--soft);font-size:.84rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1rem;font-size:.9rem;margin:1rem 0 0}
dt{font-weight:600}dd{margin:0;color:var(--soft)}
.warn li{color:var(--bad)}
body>footer{color:var(--soft);font-size:.85rem;padding-bottom:2.5rem}
@media (max-width:900px){.frame-of-page{grid-template-columns:minmax(0,1fr);gap:0}
nav{position:static;flex-direction:row;flex-wrap:wrap;gap:.2rem .6rem}nav a{border-left:0;padding:.2rem 0}
section{padding:1.1rem 1.1rem 1.3rem}header h1{font-size:1.8rem}}
@media screen and (max-width:640px){.chart::after{content:"Swipe sideways for the rest";display:block;position:sticky;left:0;
width:max-content;color:var(--soft);font-size:.78rem}}
@media print{body{background:#fff}nav,.skip{display:none}.frame-of-page{display:block}section{border:0;padding:0;break-inside:auto}
.chart,.card,blockquote,tr{break-inside:avoid}}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
"""
