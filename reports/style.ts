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
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 3.2rem; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
}
main, header, nav, footer, .search { padding: 0 1.5rem; }
header { padding-top: 1.5rem; }
footer { padding-bottom: 3rem; color: var(--soft); }
.beside { display: contents; }
nav { position: sticky; top: 0; z-index: 2; margin-top: 1.25rem; background: var(--paper); border-bottom: 1px solid var(--line); overflow-x: auto; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; letter-spacing: -.02em; text-wrap: balance; overflow-wrap: anywhere; }
h2 { margin: 2rem 0 .25rem; font-size: 1.3rem; letter-spacing: -.01em; }
h3 { margin: 1.1rem 0 .4rem; font-size: 1rem; }
h4 { margin: 1rem 0 .25rem; font-size: .8rem; font-weight: 600; color: var(--soft); }
p { margin: .25rem 0 1rem; max-width: 60rem; overflow-wrap: anywhere; }
a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: .06em; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; font-size: .86em; }
pre { margin: 0; padding: .6rem .8rem; background: var(--code); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; }
pre + p { margin-top: .8rem; }
pre.tall, .scroll.tall { max-height: 22rem; overflow: auto; }
small { font-size: .82em; color: var(--soft); }
.soft { color: var(--soft); } .on-paper { display: none; }
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
.contents { display: flex; gap: .3rem 1.2rem; margin: 0; padding: .6rem 0; list-style: none; font-size: .95rem; white-space: nowrap; }
.search { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin-top: 1rem; font-size: .9rem; }
.search label { color: var(--soft); } .search output { flex: 1 1 6rem; color: var(--soft); }
input, select, button { min-height: 1.9rem; padding: .15rem .6rem; font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--soft); border-radius: 6px; }
button { cursor: pointer; } button:hover { background: var(--hair); }
.copy { display: inline-flex; flex-wrap: wrap; gap: .3rem .6rem; align-items: center; max-width: 100%; } .copy code { min-width: 0; padding: .15rem .4rem; background: var(--code); border-radius: 4px; overflow-wrap: anywhere; }
.copy button { min-height: 1.5rem; padding: 0 .5rem; font-size: .8rem; color: var(--soft); }
.banner { margin: 1.25rem 0 0; padding: .8rem 1.1rem; border-left: 5px solid; border-radius: 6px; max-width: none; overflow-wrap: anywhere; }
.banner a { color: inherit; } .banner.large { font-size: 1.25rem; }
.banner strong { letter-spacing: .01em; }
.totals { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0; padding: 0; list-style: none; }

.badge { display: inline-flex; align-items: baseline; gap: .4em; padding: .08em .6em; border-radius: 1em; font-size: .86rem; font-weight: 600; white-space: nowrap; }
.badge b { font-weight: 700; }
${(['good', 'known', 'bad', 'open', 'quiet'] as const).map((tone) => `:is(.badge, .banner).${tone} { color: var(--${tone}); background: var(--${tone}-bg); }`).join('\n')}

/* What is positioned inside, and only read aloud, is not to widen the page. */
.scroll { position: relative; overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.scroll + .scroll { margin-top: 1.2rem; }
table { width: 100%; border-collapse: collapse; }
caption { padding: .7rem 1rem; text-align: left; color: var(--soft); font-size: .9rem; border-bottom: 1px solid var(--line); }
th, td { padding: .55rem .8rem; text-align: left; vertical-align: top; }
thead th { font-size: .8rem; font-weight: 600; color: var(--soft); vertical-align: bottom; border-bottom: 1px solid var(--line); }
tbody th { font-weight: 400; }
td.number, th.number { text-align: right; white-space: nowrap; }

/* What fails, and what is false, is marked at its edge as well as by its words and signs. */
${
  (['bad', 'open', 'known'] as const).map((tone) => `tr.${tone} > th[scope="row"], .detail.${tone} > summary { box-shadow: inset 4px 0 var(--${tone}); --edge: var(--${tone}); }`)
    .join('\n')
}
.errata > table > tbody > tr + tr > * { border-top: 1px solid var(--line); }
.errata th, .errata td { padding: .5rem .8rem; }
.errata thead .claim { width: 16%; } .errata thead .printed { width: 38%; }
.errata > table { table-layout: fixed; } .errata { font-size: .92rem; } .errata .math { font-size: 1.04em; line-height: 1.35; }
.errata .claim small a { color: inherit; }
.errata .badge { margin-right: .4em; font-size: .8rem; } .errata .case { margin: .25rem 0 0; }
.name { font-weight: 600; overflow-wrap: anywhere; }
.claim small, .name + small { display: block; margin-top: .15rem; }
.case ul { margin: .2rem 0 0; padding-left: 1.1rem; }
.numbers { font-size: 1.15rem; line-height: 1.3; font-weight: 600; overflow-wrap: anywhere; color: var(--ink); }
.numbers .relation { padding: 0 .3em; color: var(--bad); }
.numbers + small { margin-left: .5em; }
.expected { margin: .3rem 0 0; }
.evidence { display: flex; flex-wrap: wrap; gap: 0 1.1em; margin: .45rem 0 0; padding: 0; list-style: none; color: var(--soft); }
.evidence li { overflow-wrap: anywhere; }

/* Collapsed borders would stay behind when the first column sticks. */
.claims { font-size: .88rem; border-collapse: separate; border-spacing: 0; }
.claims tbody tr > * { border-top: 1px solid var(--hair); }
.claims tbody tr:first-child > * { border-top-color: var(--line); }
.claims thead th { border-bottom: 0; }
.claims caption span { position: sticky; left: 1rem; display: inline-block; max-width: calc(100vw - 5rem); }
.claims th[scope="rowgroup"] { position: sticky; left: 0; background: var(--card); min-width: 11rem; max-width: 15rem; box-shadow: 1px 0 0 var(--hair); }
.claims td, .claims th { padding: .4rem .5rem; }
.claims .badge { font-size: .82rem; } .claims small { overflow-wrap: anywhere; }
.reason { overflow-wrap: anywhere; } .claims .reason { display: block; max-width: 16rem; margin-top: .2rem; }
.count b { font-weight: 600; } .count { color: var(--soft); } .count b { color: var(--ink); }
.coverage { white-space: nowrap; } sup, sub { line-height: 0; }
.spark { height: 1.1em; vertical-align: -.15em; margin-right: .5em; fill: var(--soft); } .spark .none { fill: var(--bad); }

.detail { background: var(--card); border: 1px solid var(--line); border-bottom: 0; overflow: hidden; }
.detail:first-of-type { border-radius: 10px 10px 0 0; } .detail:last-of-type { border-radius: 0 0 10px 10px; border-bottom: 1px solid var(--line); } .detail:first-of-type:last-of-type { border-radius: 10px; }
.detail > summary { display: flex; flex-wrap: wrap; gap: .1rem .8rem; align-items: baseline; padding: .35rem 1rem; cursor: pointer; list-style: none; }
.detail > summary::-webkit-details-marker { display: none; }
.detail > summary::before { content: "▸"; color: var(--soft); width: .8em; }
.detail[open] > summary::before { content: "▾"; }
.detail > summary:hover { background: var(--hair); }
.detail > summary .name { flex: 0 1 17rem; margin: 0; } .detail > summary .place { flex: 1 1 12rem; } .detail > summary .of { flex: 0 0 9rem; white-space: nowrap; } .detail > summary .of + .of { flex-basis: 12rem; } .detail > summary .reason { flex: 1 1 100%; padding-left: 1.6em; }
.detail:not(.failure) > summary h3.name { flex: 1 1 14rem; }
.detail > div { padding: .1rem 1rem 1.25rem 2.4rem; } .detail > .sides, .detail .sides .sides { padding-top: 0; } .in-full { margin: .3rem 0 0; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 0 2.5rem; }
.sides > section { min-width: 0; }
.bars { display: grid; grid-template-columns: minmax(0, max-content) minmax(3rem, 1fr) max-content; gap: .15rem .7rem; align-items: center; margin: 0; font-size: .9rem; max-width: 34rem; }
.bars dt { overflow-wrap: anywhere; } .bars dd { display: contents; }
.bar { width: 100%; height: .55rem; border-radius: 3px; background: var(--hair); fill: var(--soft); }
.bars .number { text-align: right; }
.values { width: auto; margin-bottom: .6rem; font-size: .95rem; } .values th, .values td { padding: .12rem 1rem .12rem 0; overflow-wrap: anywhere; }
.values th { overflow-wrap: break-word; } .values th .math { overflow-wrap: inherit; }
.failure + .failure { margin-top: 0; } .failure > summary { padding: .7rem 1rem; } .failure > summary .name { flex: 0 0 auto; }  .failure > summary .reason { flex: 1 1 14rem; padding: 0; }
.beside-each-other { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: flex-start; margin: .4rem 0 .8rem; } .beside-each-other > div { flex: 1 1 26rem; min-width: 0; } .beside-each-other > figure { flex: 0 1 18rem; margin: 0; }
.beside-each-other .panels { display: block; padding: .6rem; }
.path { font-size: .92em; } .path :is(th, td) { padding: .5rem .55rem; } .path th { white-space: nowrap; } .path td { overflow-wrap: break-word; } .path tr.bad > * { font-weight: 600; } .path tr.bad > :nth-child(2) { color: var(--bad); }
.hint { display: inline-block; padding: .35rem .8rem; background: var(--known-bg); border-radius: 6px; }
div.reason { margin: .25rem 0 1rem; overflow-wrap: anywhere; }
.sides-by-side { display: flex; flex-wrap: wrap; gap: .4rem 2.5rem; margin: .5rem 0 .8rem; }
.sides-by-side dt { font-size: .8rem; color: var(--soft); }
.sides-by-side dd { margin: 0; font-size: 1.3rem; line-height: 1.3; font-weight: 600; overflow-wrap: anywhere; }
.sides-by-side div:first-child dd { color: var(--bad); }
.case { margin: .8rem 0 0; } .case > summary { cursor: pointer; color: var(--soft); font-size: .9rem; } .case > :is(pre, p, .scroll, .spreads, .shares) { margin-top: .4rem; }
.banner ul { margin: .25rem 0 0; padding-left: 1.2rem; }
.claims tbody th[scope="row"] { white-space: nowrap; } .claims tbody th[scope="row"]:first-child { min-width: 11rem; white-space: normal; }
.list tbody tr + tr > * { border-top: 1px solid var(--hair); } .list { font-size: .92rem; }
.legend { display: grid; grid-template-columns: repeat(2, max-content 1fr); gap: .35rem 1rem; margin: .75rem 0 0; font-size: .92rem; }
.legend dd { margin: 0; }

.panels, .spreads, .shares { display: grid; gap: 1.2rem 1.5rem; grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.panels { grid-template-columns: repeat(auto-fit, minmax(min(12rem, 100%), 1fr)); } .shares { grid-template-columns: repeat(auto-fill, minmax(min(25rem, 100%), 1fr)); }
.chart-legend { margin: 0 0 .6rem; } .panels + .scroll { margin-top: 1.2rem; }
.panels .chart, .spread .chart { width: 100%; max-width: 26rem; }
figure { margin: 0; min-width: 0; break-inside: avoid; } figcaption small { display: block; }
.spread p { margin: .1rem 0 0; font-size: .92rem; } .share-of .values { margin-top: .4rem; font-size: .88rem; width: 100%; } .share-of .values tbody th { white-space: normal; } .share-of .values th[scope="row"] { width: 100%; min-width: 0; overflow-wrap: anywhere; } .share-of .values :is(td, th) { padding-right: .6rem; } .share-of .values :is(td, th):last-child { padding-right: 0; } .share-of .chart { width: 100%; max-width: 25rem; }
.swatch b { display: inline-block; min-width: 1.6em; text-align: center; border-radius: 4px; font-weight: 600; }
${Array.from({ length: 8 }, (_, i) => `.p${i} { background: var(--part-${i}); }`).join(' ')}
.checks td:nth-child(4) { min-width: 14rem; }
.tight { font-size: .88rem; }
${CHART}
@media screen and (min-width: 1120px) {
  html { scroll-padding-top: 1rem; }
  body { display: grid; grid-template: auto auto auto / 13.5rem minmax(0, 1fr); max-width: 92rem; margin: 0 auto; }
  .beside { display: block; grid-area: 1 / 1 / 4 / 2; position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 1.5rem 0 1rem; }
  nav { position: static; margin: 0; background: none; border: 0; padding-right: 0; } .contents { display: block; white-space: normal; padding: 0; } .contents li { margin-bottom: .35rem; }
  .search { display: grid; padding-right: 0; margin-top: 1.25rem; } .search :is(input, select) { display: block; width: 100%; }
  header, main, footer { grid-column: 2; min-width: 0; }
}

@media screen and (max-width: 860px) {
  main, header, nav, footer, .search { padding-left: 1rem; padding-right: 1rem; }
  h1 { font-size: 1.5rem; }
  .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .6rem; }
  .claims th[scope="rowgroup"] { min-width: 7.5rem; max-width: 8rem; } .claims td, .claims th { padding: .4rem; } .claims tbody th[scope="row"]:first-child { min-width: 8rem; max-width: 9rem; }
  .detail > div { padding-left: 1rem; } .values tbody th { min-width: 5.5rem; overflow-wrap: anywhere; } .detail > summary .of { flex-basis: auto; }
  .legend { grid-template-columns: 1fr; gap: 0; } .legend dd { margin-bottom: .5rem; }
}

/* Tables as lists: a row under its head, with the columns' titles beside its cells. */
${
  [['.errata', 860], ['.list', 620]].map(([name, width]) =>
    `@media screen and (max-width: ${width}px) {
  ${name} > table, ${name} > table > :is(tbody, caption), ${name} > table > tbody > tr, ${name} > table > tbody > tr > * { display: block; }
  ${name} thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  ${name} > table > tbody > tr { padding: .5rem 0; } ${name} > table > tbody > tr > * { padding: .2rem 1rem; text-align: left; white-space: normal; overflow-wrap: anywhere; }
  ${name} > table > tbody > tr + tr > * { border-top: 0; } ${name} > table > tbody > tr + tr { border-top: 1px solid var(--line); }
  ${name} td::before { content: attr(data-label); margin-right: .6em; color: var(--soft); font-size: .8rem; font-weight: 400; }
}`
  ).join('\n')
}
@media screen and (max-width: 860px) { .errata td::before { display: block; } }

@media print {
  :root { color-scheme: light; ${LIGHT} --paper: #fff; }
  @page { margin: 14mm; size: A4 landscape; }
  html { font-size: 11px; } body { font-size: 11px; } h2 { margin-top: 1.5rem; }
  main, header, footer { padding: 0; } .beside, .copy button { display: none; } .on-paper { display: block; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .scroll { overflow: visible; border-radius: 0; } pre.tall, .scroll.tall { max-height: none; }
  .claims th[scope="rowgroup"] { position: static; }
  :is(tr.bad, tr.open, tr.known) > th[scope="row"], .detail:is(.bad, .open, .known) > summary { box-shadow: none; border-left: 4px solid var(--edge); }
  tr, .claims tbody:not(:only-of-type), .bars, .banner { break-inside: avoid; } .failure { break-inside: auto; }
  h2, h3, h4, summary, caption { break-after: avoid; }
  thead { display: table-header-group; }
  a { color: inherit; text-decoration: none; }
}
`;
