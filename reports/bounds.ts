/** How near its cases came to each bound, and where the rest of it goes: as plots, with the same in numbers beside them. */

import * as Plot from '@observablehq/plot';
import type { ClaimResult, Report, Slack, Tightest } from '../src/verdict.js';
import { about, anchor, math, nameAndPlace, times } from './html-parts.js';
import { type Html, html, type Part } from './markup.js';
import { plotHtml, type Options } from './plots.js';
import { count, shortNumber } from './wording.js';

type Approached = ClaimResult & { readonly ratios: readonly number[]; readonly tightest: Tightest };

const SECTIONS = new Intl.Collator('en', { numeric: true });

/** In the order of the paper's sections. */
const bySection = <T extends ClaimResult>(results: readonly T[]): readonly T[] => results.toSorted((a, b) => SECTIONS.compare(a.source.section, b.source.section));

const approached = ({ claims }: Report): readonly Approached[] =>
  bySection(claims.filter((result): result is Approached => result.variant === 'corrected' && result.tightest !== null && (result.ratios ?? []).some((number) => number > 0)));

const total = (ratios: readonly number[]): number => ratios.reduce((sum, number) => sum + number, 0);

/** How near a supremum is to its bound, the nearest first, and what follows from it. Rounding alone does not keep a bound from being reached. */
const NEARNESS = [
  { from: 1 + 1e-6, word: 'beyond the bound', so: '' },
  { from: 1 - 1e-6, word: 'reached', so: ': no smaller constant holds' },
  { from: 0.9, word: 'nearly reached', so: '' },
  { from: 0.5, word: 'approached', so: '' },
  { from: -Infinity, word: 'not approached', so: ': the bound may be loose' },
] as const;

const nearness = ({ ratio }: Tightest): typeof NEARNESS[number] => NEARNESS.find(({ from }) => ratio >= from) ?? NEARNESS.at(-1)!;

function inWords(tightest: Tightest): string {
  const { word, so } = nearness(tightest);
  return `${word}${tightest.origin === 'perturbed' ? ', by a case made from another' : ''}${so}`;
}

/** Just below 1 four digits would say 1. */
const ratioText = (ratio: number): string => (ratio < 1 - 1e-6 && ratio > 0.9999 ? `1 − ${shortNumber(1 - ratio)}` : shortNumber(ratio));

/** On the axis, which ends a little beyond the bound. */
const END = 1.06;
const onAxis = (ratio: number): number => Math.min(Math.max(ratio, 0), END);

function distribution({ ratios, tightest }: Approached): Options {
  const sup = onAxis(tightest.ratio);
  const bins = ratios.map((number, i) => ({ from: i / ratios.length, to: (i + 1) / ratios.length, number }));
  // From the side on which there is more room.
  const left = sup > 0.5;
  return {
    width: 320,
    height: 96,
    marginTop: 22,
    marginBottom: 20,
    marginLeft: 8,
    marginRight: 8,
    x: { domain: [0, END], ticks: [0, 0.25, 0.5, 0.75, 1], tickFormat: String, label: null },
    y: { type: 'sqrt', axis: null },
    marks: [
      Plot.rectY(bins, { x1: 'from', x2: 'to', y: 'number', insetLeft: 0.5, insetRight: 0.5, className: 'bin' }),
      Plot.ruleY([0]),
      Plot.ruleX([1], { className: 'limit' }),
      Plot.ruleX([sup], { className: 'found' }),
      Plot.dot([sup], { x: (x: number) => x, frameAnchor: 'top', dy: -4, symbol: 'triangle2', rotate: 180, r: 4.5, className: 'mark' }),
      Plot.text([sup], {
        x: (x: number) => x,
        frameAnchor: 'top',
        dy: -17,
        dx: left ? -9 : 9,
        textAnchor: left ? 'end' : 'start',
        text: () => ratioText(tightest.ratio),
        className: 'head',
      }),
    ],
  };
}

function spread(result: Approached): Html {
  const { id, ratios, tightest } = result;
  const most = ratios.indexOf(Math.max(...ratios));
  const description = `lhs/rhs of ${times(total(ratios), 'drawn case')}: most between ${most / ratios.length} and ${(most + 1) / ratios.length}; the largest found is ${
    ratioText(tightest.ratio)
  }, ${inWords(tightest)}.`;
  return html`<figure class="spread"${about(result)}><figcaption>${nameAndPlace(result)}</figcaption>
${plotHtml({ id: `spread-${id}`, title: `${id}: how near the bound was approached`, description }, distribution(result))}
<p><b>${ratioText(tightest.ratio)}</b> ${inWords(tightest)} <small>(${times(total(ratios), 'case')})</small></p></figure>
`;
}

function ratioRow(result: Approached): Html {
  const { id, ratios, tightest } = result;
  return html`<tr${about(result)}><th scope="row"><a href="#${anchor(id)}">${id}</a></th><td class="number">${
    ratioText(tightest.ratio)
  }</td><td>${tightest.origin}, ${tightest.arithmetic}</td>${ratios.map((number) => html`<td class="number">${count(number)}</td>`)}</tr>
`;
}

/** The distribution of lhs/rhs for each bound; null where none was recorded. */
export function tightnessSection(report: Report): Html | null {
  const all = approached(report);
  if (all.length === 0) return null;
  const bins = Math.max(...all.map(({ ratios }) => ratios.length));
  const found = NEARNESS.map(({ word }) => ({ word, number: all.filter(({ tightest }) => nearness(tightest).word === word).length })).filter(({ number }) => number > 0);
  return html`<section aria-labelledby="tightness" data-group><h2 id="tightness">How near each bound was approached</h2>
<p>Of ${times(all.length, 'bound')}: ${
    found.map(({ word, number }) => `${count(number)} ${word}`).join(', ')
  }. A bound that is reached cannot be improved by a constant. One that nobody approaches may be
loose, or the cases too kind.</p>
<details class="case"><summary>A plot for each</summary>
<p>Left side over right side of each bound, over all drawn cases that say something. The dashed line at 1 is the bound, which nothing may pass; ▼ marks the largest ratio that was found. The height of a
bar is the square root of its number of cases, so that a single one is seen.</p>
<div class="spreads">${all.map(spread)}</div></details>
<details class="case"><summary>The same in numbers</summary><div class="scroll" role="region" aria-labelledby="ratios" tabindex="0"><table class="tight">
<caption id="ratios">How many drawn cases had left side over right side from this on</caption>
<thead><tr><th scope="col">Bound</th><th scope="col" class="number">Largest</th><th scope="col">Its case</th>${
    Array.from({ length: bins }, (_, i) => html`<th scope="col" class="number">${String(i / bins)}</th>`)
  }</tr></thead>
<tbody>${all.map(ratioRow)}</tbody>
</table></div></details></section>`;
}

// ------------------------------------------------------------------------------------------------------------------ slack

type Divided = ClaimResult & { readonly slack: readonly Slack[] };

/** How many fills there are; terms beyond begin anew, and are told apart by their numbers. */
const FILLS = 8;
/** What is narrower has no room for its number. */
const NARROW = 0.04;

/** What rounding left is nothing. */
const percent = (share: number): string => (Math.abs(share) < 5e-7 ? '0 %' : `${(100 * share).toFixed(1).replace(/^-0\.0$/u, '0.0').replace('-', '−')} %`);

function division({ slack, tightest }: Divided): Options {
  const bars = ['mean', ...(tightest === null ? [] : ['tightest'])] as const;
  const parts = bars.flatMap((bar) =>
    slack.map((one, i) => ({
      bar,
      share: Math.abs(one[bar as 'mean' | 'tightest']) < 5e-7 ? 0 : one[bar as 'mean' | 'tightest'],
      fill: `var(--part-${i % FILLS})`,
      text: Math.abs(one[bar as 'mean' | 'tightest']) < NARROW ? '' : String(i + 1),
    }))
  );
  const stacked = { x: 'share', y: 'bar', order: null };
  return {
    width: 330,
    height: 28 * bars.length + 26,
    marginTop: 4,
    marginBottom: 22,
    marginLeft: 50,
    marginRight: 18,
    x: { label: null, ticks: [0, 0.25, 0.5, 0.75, 1], tickFormat: (share: number) => `${100 * share} %` },
    y: { domain: bars, label: null, tickSize: 0, padding: 0.25 },
    color: { type: 'identity' },
    marks: [Plot.barX(parts, Plot.stackX({ ...stacked, fill: 'fill', className: 'part' })), Plot.text(parts, Plot.stackX({ ...stacked, text: 'text', className: 'head' }))],
  };
}

function share(result: Divided): Html {
  const { id, slack, tightest } = result;
  const largest = slack.toSorted((a, b) => b.mean - a.mean)[0]!;
  const description = `Stacked bars of ${times(slack.length, 'part')}; on average most is ${largest.term} with ${percent(largest.mean)}. The table has every part.`;
  const row = ({ term, mean, tightest: closest }: Slack, i: number): Html =>
    html`<tr><td class="swatch"><b class="p${i % FILLS}">${i + 1}</b></td><th scope="row">${math(term)}</th><td class="number">${percent(mean)}</td>${
      tightest === null ? null : html`<td class="number">${percent(closest)}</td>`
    }</tr>
`;
  return html`<figure class="share-of"${about(result)}><figcaption>${nameAndPlace(result)}</figcaption>
${plotHtml({ id: `slack-${id}`, title: `${id}: where the bound goes`, description }, division(result))}
<table class="values"><caption class="aside">Shares of the right side of ${id}</caption><thead><tr><td></td><th scope="col">Part</th><th scope="col" class="number">mean</th>${
    tightest === null ? null : html`<th scope="col" class="number">tightest</th>`
  }</tr></thead><tbody>${slack.map(row)}</tbody></table></figure>
`;
}

/** The parts of each bound as stacked bars; null where none were recorded. */
export function slackSection(report: Report): Html | null {
  const all = bySection(report.claims.filter((result): result is Divided => result.variant === 'corrected' && (result.slack ?? []).length > 0));
  if (all.length === 0) return null;
  const intro: Part =
    'The right side of each bound, taken apart: what the left side takes of it, and what each inequality on the way to it gives up. “mean” is over a hundred drawn cases whose left side is not negative, “tightest” is the case that came nearest to the bound.';
  return html`<section aria-labelledby="slack" data-group><h2 id="slack">Where the slack goes</h2>
<p>${intro}</p>
<details class="case"><summary>The parts of ${times(all.length, 'bound')}</summary><div class="shares">${all.map(share)}</div></details></section>`;
}
