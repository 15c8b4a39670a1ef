/** The look of the HTML report: one sheet, light, dark and printed, with no font or image from anywhere. */

const LIGHT = `
  --paper: #f7f7f4; --card: #ffffff; --ink: #1a1c22; --soft: #565c69; --line: #dfe1e6; --hair: #eceef1; --link: #1d4f91;
  --code: #f1f2f4;
  --good: #12602f; --good-bg: #def3e4; --known: #5f32a0; --known-bg: #efe6fb; --bad: #a01414; --bad-bg: #fde4e1;
  --open: #704a00; --open-bg: #fcefcc; --quiet: #545a66; --quiet-bg: #eceef1;
  --series-0: #1d6fb8; --series-1: #b35c00; --series-2: #00795a; --series-3: #a3408c;
  --part-0: #9fc7ee; --part-1: #f6d28b; --part-2: #b7e0c4; --part-3: #e4c3ec; --part-4: #f3b9a6; --part-5: #cdd3dd; --part-6: #dfe59a; --part-7: #a5e0e0;`;

const DARK = `
  --paper: #121418; --card: #1a1d23; --ink: #e6e8ed; --soft: #a5acb9; --line: #333842; --hair: #262a32; --link: #8fbcff;
  --code: #23272f;
  --good: #86e0a6; --good-bg: #12321f; --known: #d0b5fb; --known-bg: #2d2147; --bad: #ffa39b; --bad-bg: #451714;
  --open: #f5d07a; --open-bg: #3a2b08; --quiet: #b3bac6; --quiet-bg: #2a2e36;
  --series-0: #6db3f2; --series-1: #f0a04b; --series-2: #4fd1a5; --series-3: #e39ad3;
  --part-0: #1f5686; --part-1: #6d4a08; --part-2: #1f5a3a; --part-3: #5f3a73; --part-4: #7a3423; --part-5: #47505f; --part-6: #555c14; --part-7: #14595b;`;

/** Lines differ in dashes as well as in colour: for print, and for whoever sees few colours. */
const CHART = `
.chart { display: block; max-width: 100%; height: auto; overflow: visible; color: var(--ink); font: 11px system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif; }
.chart .head { font-weight: 600; }
.chart .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; } .chart .band { stroke: none; opacity: .18; }
.chart .s0 { stroke: var(--series-0); stroke-dasharray: 5 3; } .chart .s1 { stroke: var(--series-1); stroke-dasharray: 1.5 2.5; }
.chart .s2 { stroke: var(--series-2); } .chart .s3 { stroke: var(--series-3); stroke-dasharray: 8 3 1.5 3; }
.chart .b0 { fill: var(--series-0); } .chart .b1 { fill: var(--series-1); } .chart .b2 { fill: var(--series-2); } .chart .b3 { fill: var(--series-3); }
.chart .bin { fill: var(--series-0); opacity: .7; } .chart .limit { stroke: var(--ink); stroke-dasharray: 3 3; } .chart .found { stroke: var(--bad); stroke-width: 1.5; }
.chart .mark { fill: var(--bad); stroke: none; } .chart .part { stroke: var(--card); stroke-width: 1.5; }
`;

/** The look of a chart that is a file of its own. */
export const CHART_STYLE = `:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
@media print { :root { ${LIGHT} } }
.chart { background: var(--card); }${CHART}`;

export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
main, header, nav, footer { max-width: 86rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.25rem; }
footer { padding-bottom: 3rem; color: var(--soft); }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; letter-spacing: -.02em; text-wrap: balance; }
h2 { margin: 3rem 0 .25rem; font-size: 1.3rem; letter-spacing: -.01em; }
h3 { margin: 1.25rem 0 .5rem; font-size: 1rem; }
h4 { margin: 1rem 0 .25rem; font-size: .8rem; font-weight: 600; color: var(--soft); }
p { margin: .25rem 0 1rem; max-width: 48rem; overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: .06em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; font-size: .86em; }
pre { margin: 0; padding: .6rem .8rem; background: var(--code); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
pre + p { margin-top: .8rem; }
pre.tall { max-height: 22rem; overflow: auto; }
small { font-size: .82em; color: var(--soft); }
.soft { color: var(--soft); }
.aside { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.math { font-family: "STIX Two Text", "Libertinus Serif", "Latin Modern Roman", Cambria, "Times New Roman", "Liberation Serif", serif; font-size: 1.12em; line-height: 1.45; overflow-wrap: break-word; }
.math i { font-style: italic; padding-right: .02em; }
.math sub, .math sup { font-size: .72em; line-height: 0; }
.math .limits { display: inline-flex; flex-direction: column-reverse; vertical-align: middle; padding: 0 .1em; }
.math .limits > * { line-height: 1.15; }
.math small { font-size: .9em; }

.eyebrow { margin: 0 0 .35rem; color: var(--soft); font-size: .9rem; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .5rem 1.25rem; margin: 1.25rem 0 0; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
.contents { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: 1.5rem 0 0; padding: .7rem 0 0; border-top: 1px solid var(--line); list-style: none; font-size: .95rem; }
.banner { margin: 1.25rem 0 0; padding: .8rem 1.1rem; border-left: 5px solid; border-radius: 6px; max-width: none; }
.banner a { color: inherit; } .banner.large { font-size: 1.25rem; }
.banner strong { letter-spacing: .01em; }
.totals { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0; padding: 0; list-style: none; }
.share { display: flex; gap: 2px; height: 8px; margin-top: .6rem; max-width: 34rem; }
.share span { min-width: 4px; border-radius: 2px; background: currentColor; }

.badge { display: inline-flex; align-items: baseline; gap: .4em; padding: .08em .6em; border-radius: 1em; font-size: .86rem; font-weight: 600; white-space: nowrap; }
.badge b { font-weight: 700; }
.good { color: var(--good); } .known { color: var(--known); } .bad { color: var(--bad); } .open { color: var(--open); } .quiet { color: var(--quiet); }
.badge.good, .banner.good { background: var(--good-bg); } .badge.known { background: var(--known-bg); }
.badge.bad, .banner.bad { background: var(--bad-bg); } .badge.open, .banner.open { background: var(--open-bg); }
.badge.quiet, .banner.quiet { background: var(--quiet-bg); }

/* What is positioned inside, and only read aloud, is not to widen the page. */
.scroll { position: relative; overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.scroll + .scroll { margin-top: 1.2rem; }
table { width: 100%; border-collapse: collapse; }
caption { padding: .7rem 1rem; text-align: left; color: var(--soft); font-size: .9rem; border-bottom: 1px solid var(--line); }
th, td { padding: .55rem .8rem; text-align: left; vertical-align: top; }
thead th { font-size: .8rem; font-weight: 600; color: var(--soft); vertical-align: bottom; border-bottom: 1px solid var(--line); }
tbody th { font-weight: 400; }
td.number, th.number { text-align: right; white-space: nowrap; }

.errata > table > tbody > tr + tr > * { border-top: 1px solid var(--line); }
.errata th, .errata td { padding: 1rem .8rem; }
.errata thead th { padding: .6rem .8rem; }
.errata .claim { width: 14%; } .errata .statement { width: 24%; } .errata .proof { width: 28%; } .errata .verdicts { width: 10%; }
.name { font-weight: 600; overflow-wrap: anywhere; }
.claim small, .name + small { display: block; margin-top: .15rem; }
.given { margin: .5rem 0 0; padding: 0 0 0 .7rem; border-left: 3px solid var(--line); font-size: .95em; }
.given p { margin: 0; } .given ul { margin: 0; padding-left: 1.1rem; }
.numbers { display: block; font-size: 1.3rem; line-height: 1.3; font-weight: 600; overflow-wrap: anywhere; }
.numbers .relation { padding: 0 .3em; color: var(--bad); }
.numbers + small { display: block; }
.expected { margin: .3rem 0 0; }
.evidence { display: flex; flex-wrap: wrap; gap: 0 1.1em; margin: .45rem 0 0; padding: 0; list-style: none; color: var(--soft); }
.evidence li { overflow-wrap: anywhere; }
.verdicts dl { margin: 0; } .verdicts dt { font-size: .8rem; color: var(--soft); } .verdicts dd { margin: 0 0 .5rem; }

/* Collapsed borders would stay behind when the first column sticks. */
.claims { font-size: .88rem; border-collapse: separate; border-spacing: 0; }
.claims tbody tr > * { border-top: 1px solid var(--hair); }
.claims tbody tr:first-child > * { border-top-color: var(--line); }
.claims thead th { border-bottom: 0; }
.claims caption span { position: sticky; left: 1rem; display: inline-block; max-width: calc(100vw - 5rem); }
.claims th[scope="rowgroup"] { position: sticky; left: 0; background: var(--card); min-width: 11rem; max-width: 15rem; box-shadow: 1px 0 0 var(--hair); }
.claims td, .claims th { padding: .4rem .6rem; }
.claims .badge { font-size: .82rem; }
.claims .reason { display: block; max-width: 16rem; margin-top: .2rem; }
.count b { font-weight: 600; } .count { color: var(--soft); } .count b { color: var(--ink); }
.coverage { white-space: nowrap; } sup, sub { line-height: 0; }
.spark { display: inline-flex; align-items: flex-end; gap: 1px; height: 1.1em; vertical-align: -.15em; margin-right: .5em; }
.spark i { width: 4px; min-height: 1px; background: var(--soft); border-radius: 1px 1px 0 0; }
.spark i.none { background: var(--bad); height: 2px !important; }

.detail { background: var(--card); border: 1px solid var(--line); border-bottom: 0; }
.detail:first-of-type { border-radius: 10px 10px 0 0; } .detail:last-of-type { border-radius: 0 0 10px 10px; border-bottom: 1px solid var(--line); }
.detail > summary { display: flex; flex-wrap: wrap; gap: .35rem .8rem; align-items: baseline; padding: .6rem 1rem; cursor: pointer; list-style: none; }
.detail > summary::-webkit-details-marker { display: none; }
.detail > summary::before { content: "▸"; color: var(--soft); width: .8em; }
.detail[open] > summary::before { content: "▾"; }
.detail > summary:hover { background: var(--hair); }
.detail > summary .name { flex: 1 1 14rem; margin: 0; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 0 2.5rem; padding: 0 1rem 1.25rem 2.4rem; }
.sides > section { min-width: 0; }
.bars { display: grid; grid-template-columns: minmax(0, max-content) minmax(3rem, 1fr) max-content; gap: .15rem .7rem; align-items: center; margin: 0; font-size: .9rem; max-width: 34rem; }
.bars dt { overflow-wrap: anywhere; } .bars dd { display: contents; }
.bar { height: .55rem; border-radius: 3px; background: var(--hair); overflow: hidden; }
.bar i { display: block; height: 100%; border-radius: 3px; background: var(--soft); }
.bars .number { text-align: right; }
.values { width: auto; font-size: .95rem; } .values th, .values td { padding: .12rem 1rem .12rem 0; overflow-wrap: anywhere; }
.values th { white-space: nowrap; }
.failure { margin: 1rem 0 0; padding: 1rem 1.25rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-left: 5px solid; border-radius: 10px; }
.failure > * { color: var(--ink); } .failure > :last-child { margin-bottom: 0; } .failure h3 { margin: 0 0 .35rem; display: flex; flex-wrap: wrap; gap: .35rem .8rem; align-items: baseline; }
.failure h3 a { color: inherit; text-decoration-color: var(--line); }
.hint { display: inline-block; padding: .35rem .8rem; background: var(--known-bg); border-radius: 6px; }
div.reason { margin: .25rem 0 1rem; overflow-wrap: anywhere; }
.sides-by-side { display: flex; flex-wrap: wrap; gap: .4rem 2.5rem; margin: .5rem 0 .8rem; }
.sides-by-side dt { font-size: .8rem; color: var(--soft); }
.sides-by-side dd { margin: 0; font-size: 1.3rem; line-height: 1.3; font-weight: 600; overflow-wrap: anywhere; }
.sides-by-side div:first-child dd { color: var(--bad); }
.case { margin: .8rem 0 0; } .case summary { cursor: pointer; color: var(--soft); font-size: .9rem; } .case pre { margin-top: .4rem; }
.banner ul { margin: .25rem 0 0; padding-left: 1.2rem; }
.claims tbody th[scope="row"]:first-child { min-width: 11rem; }
.legend { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1rem; margin: .75rem 0 0; max-width: 52rem; }
.legend dd { margin: 0; }

.panels, .spreads, .shares { display: grid; gap: 1.2rem 1.5rem; grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.panels { grid-template-columns: repeat(auto-fit, minmax(min(13rem, 100%), 1fr)); } .shares { grid-template-columns: repeat(auto-fill, minmax(min(25rem, 100%), 1fr)); }
.chart-legend { margin: 0 0 .6rem; } .panels + .scroll { margin-top: 1.2rem; }
.panels .chart, .spread .chart { width: 100%; max-width: 26rem; }
figure { margin: 0; min-width: 0; break-inside: avoid; } figcaption small { display: block; }
.spread p { margin: .1rem 0 0; font-size: .92rem; } .share-of .values { margin-top: .4rem; font-size: .88rem; width: 100%; } .share-of .values tbody th { white-space: normal; } .share-of .values th[scope="row"] { width: 100%; min-width: 0; overflow-wrap: anywhere; } .share-of .values :is(td, th) { padding-right: .6rem; } .share-of .values :is(td, th):last-child { padding-right: 0; } .share-of .chart { width: 100%; max-width: 25rem; }
.swatch b { display: inline-block; min-width: 1.6em; text-align: center; border-radius: 4px; font-weight: 600; }
.checks { font-size: .92rem; } .checks tbody tr > * { border-top: 1px solid var(--hair); } .checks .name { min-width: 11rem; } .checks td:nth-child(4) { min-width: 14rem; }
.tight { font-size: .88rem; }
${CHART}
@media screen and (max-width: 860px) {
  main, header, nav, footer { padding-left: 1rem; padding-right: 1rem; }
  h1 { font-size: 1.5rem; }
  .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .6rem; }
  .errata table, .errata tbody, .errata tr, .errata th, .errata td, .errata caption { display: block; }
  .errata thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .errata .claim, .errata .statement, .errata .proof, .errata .verdicts { width: auto; }
  .errata tbody th, .errata td { padding: .35rem 1rem; }
  .errata tbody tr { padding: .8rem 0; }
  .errata > table > tbody > tr + tr > * { border-top: 0; } .errata > table > tbody > tr + tr { border-top: 1px solid var(--line); }
  .errata td::before { content: attr(data-label); display: block; font-size: .8rem; color: var(--soft); }
  .errata .verdicts::before { display: none; }
  .verdicts dl { display: flex; gap: 1.5rem; }
  .claims th[scope="rowgroup"] { min-width: 7.5rem; max-width: 8rem; } .claims td, .claims th { padding: .4rem; }
  .sides { padding-left: 1rem; } .values tbody th { white-space: normal; min-width: 5.5rem; }
  .legend { grid-template-columns: 1fr; gap: 0; } .legend dd { margin-bottom: .5rem; }
}

@media print {
  :root { color-scheme: light; ${LIGHT} --paper: #fff; }
  @page { margin: 14mm; size: A4 landscape; }
  html { font-size: 11px; } body { font-size: 11px; } h2 { margin-top: 1.5rem; }
  main, header, footer { max-width: none; padding: 0; } nav { display: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .scroll { overflow: visible; border-radius: 0; } pre.tall { max-height: none; }
  .claims th[scope="rowgroup"] { position: static; }
  tr, .claims tbody, .bars, .banner { break-inside: avoid; }
  h2, h3, h4, summary, caption { break-after: avoid; }
  thead { display: table-header-group; }
  details::details-content { content-visibility: visible; block-size: auto; }
  a { color: inherit; text-decoration: none; }
}
`;
