/** What the pages of a report are put together from. */

import { createHash } from 'node:crypto';
import { VERDICTS, type ClaimResult, type Counterexample, type Json, type Verdict } from '../src/verdict.js';
import { Html, html, type Part } from './markup.js';
import { tokens, type Token } from './math.js';
import { SCRIPT } from './script.js';
import { STYLE } from './style.js';
import { count, failure, place, readable, roundsOf, runnable, shortNumber, shortValue, valueOf, valueText, WORDS, type Tone } from './wording.js';

function piece({ kind, text }: Token): Part {
  switch (kind) {
    case 'letter':
      return html`<i>${text}</i>`;
    case 'sub':
      return html`<sub>${inner(text.replaceAll('-', '−'))}</sub>`;
    case 'sup':
      return html`<sup>${inner(text.replaceAll('-', '−'))}</sup>`;
    default:
      return text;
  }
}

export function inner(text: string): Part {
  const all = tokens(text);
  return all.map((token, index): Part => {
    const [before, after] = [all[index - 1], all[index + 1]];
    // A letter's two limits stand above each other: Σ with t = 1 below and T above.
    if (token.kind === 'sub' && after?.kind === 'sup') return html`<span class="limits">${piece(token)}${piece(after)}</span>`;
    return token.kind === 'sup' && before?.kind === 'sub' ? null : piece(token);
  });
}

export const math = (text: string): Html => html`<span class="math">${inner(text)}</span>`;

export const list = (texts: readonly string[]): Html => html`<ul>${texts.map((text) => html`<li>${math(text)}</li>`)}</ul>`;

export const badge = (verdict: Verdict, times?: number): Html =>
  html`<span class="badge ${WORDS[verdict].tone}"><b aria-hidden="true">${WORDS[verdict].mark}</b>${verdict}${times === undefined ? null : ` ${count(times)}`}</span>`;

export const anchor = (id: string): string => `claim-${id}`;

export const nameAndPlace = ({ id, source }: ClaimResult): Html => html`<a class="name" href="#${anchor(id)}">${id}</a><small>${place(source)}</small>`;

/** What is to be shown or left out with a claim, when a reader looks for some: the script finds it by this. */
export const about = ({ id, verdict }: Pick<ClaimResult, 'id' | 'verdict'>, ...others: readonly Verdict[]): Html =>
  html` data-claim="${id}" data-verdict="${[verdict, ...others].join(' ')}"`;

/** A command as it can be typed, beside which the script puts a button that copies it. */
export const command = (text: string): Html => html`<span class="copy"><code>${runnable(text)}</code></span>`;

/** A list of which a screen has room for so many. */
export const some = (parts: readonly Part[], most: number): Part => [
  parts.slice(0, most).map((part, index): Part => [index === 0 ? null : ', ', part]),
  parts.length > most ? ` and ${count(parts.length - most)} more` : null,
];

export const scientific = (value: number): Part => {
  const [mantissa, exponent] = shortNumber(value).split('e');
  return exponent === undefined ? (mantissa ?? '') : html`${mantissa ?? ''} × 10<sup>${exponent}</sup>`;
};

export const times = (number: number, one: string, many = `${one}s`): string => `${count(number)} ${number === 1 ? one : many}`;

/** Mathematics is typeset, but numbers are not: the e of 3e−16 is no variable. */
export const value = (text: string): Part => (/^[\d\s.,()+−/e∞]*$/u.test(text) ? text : inner(text));

/** Both sides of what failed, long fractions in decimals unless they would come out alike. */
export function numbers(counterexample: Counterexample): Html {
  const { lhs, relation, rhs, nearly } = failure(counterexample);
  const [a, b] = [readable(lhs), readable(rhs)];
  const isCut = a !== b && (a !== lhs || b !== rhs);
  return html`<span class="numbers math">${value(isCut ? a : lhs)}<span class="relation">${relation}</span>${value(isCut ? b : rhs)}</span>${
    nearly === null || isCut ? null : html`<small>that is, ${nearly}</small>`
  }`;
}

/** What should have been true of them. */
export const against = ({ expected }: Counterexample): Html => html`<p class="expected"><small>against</small> ${math(expected)}</p>`;

export function evidence(counterexample: Counterexample): Html | null {
  const entries = Object.entries(counterexample.evidence).filter(([, value]) => roundsOf(value) === null);
  if (entries.length === 0) return null;
  return html`<ul class="evidence">${
    entries.map(
      ([name, value]) => html`<li class="math">${inner(name)} = ${inner(shortValue(valueOf(name, value)))}</li>`,
    )
  }</ul>`;
}

function roundsTable({ claim, variant }: Counterexample, at: number, name: string, rounds: NonNullable<ReturnType<typeof roundsOf>>): Html {
  const id = `rounds-${claim}-${variant}-${at}`;
  const names = [...new Set(rounds.flatMap((round) => Object.keys(round)))];
  return html`<div class="scroll tall" role="region" aria-labelledby="${id}" tabindex="0"><table class="rounds">
<caption id="${id}">${math(name)}<span class="aside"> of ${claim}, ${variant}</span></caption>
<thead><tr>${names.map((one) => html`<th scope="col">${math(one)}</th>`)}</tr></thead>
<tbody>${rounds.map((round) => html`<tr>${names.map((one) => html`<td class="math">${round[one] === undefined ? null : inner(valueText(round[one]))}</td>`)}</tr>`)}</tbody>
</table></div>`;
}

// Drawn, and not styled: the page allows no style but its own sheet.
const drawn = (name: string, width: number, bars: readonly Html[]): Html =>
  html`<svg class="${name}" viewBox="0 0 ${width} 100" width="${width}" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>`;

/** A bar of which a share is full. */
export const bar = (share: number): Html => drawn('bar', 100, [html`<rect width="${(100 * Math.min(Math.max(share, 0), 1)).toFixed(1)}" height="100"></rect>`]);

export function coverageSpark({ coverage }: ClaimResult): Html {
  const labels = Object.entries(coverage);
  if (labels.length === 0) return html`<span class="soft">–</span>`;
  const most = Math.max(1, ...labels.map(([, number]) => number));
  const least = Math.min(...labels.map(([, number]) => number));
  const bars = labels.map(([, number], i) => {
    const tall = number === 0 ? 12 : Math.max(6, Math.round((100 * number) / most));
    return html`<rect class="${number === 0 ? 'none' : 'some'}" x="${4 * i}" y="${100 - tall}" width="3" height="${tall}"></rect>`;
  });
  return html`${drawn('spark', 4 * labels.length, bars)}<span class="aside">${times(labels.length, 'label')}, the rarest in </span>${count(least)}`;
}

/** Numbers with their names, each with a bar for its share. */
export const barList = (title: string, rows: readonly (readonly [name: string, share: number, text: string])[]): Html =>
  html`<h4>${title}</h4><dl class="bars">${
    rows.map(
      ([name, share, text]) =>
        html`<dt>${name}</dt>
<dd>${bar(share)}<span class="number">${text}</span></dd>`,
    )
  }</dl>`;

export function coverageBars({ coverage, cases }: ClaimResult): Html | null {
  const labels = Object.entries(coverage);
  if (labels.length === 0) return null;
  const most = Math.max(1, cases, ...labels.map(([, number]) => number));
  return barList('Coverage', labels.map(([label, number]) => [label, number / most, count(number)]));
}

/** A column by what stands above it. */
export interface Column {
  readonly title: string;
  readonly number?: boolean;
}

export interface Row {
  /** The first is the row's head. */
  readonly cells: readonly Part[];
  /** How it is marked. What a mark says stands in its cells, too. */
  readonly tone?: Tone;
  /** {@link about} */
  readonly about?: Html;
}

/**
 * A table that a narrow screen shows as a list: a row under its head, with the columns' titles beside the cells. The roles repeat what the elements say, because that layout
 * takes it from them.
 */
export const table = (id: string, caption: Part, columns: readonly Column[], rows: readonly Row[], name = ''): Html =>
  html`<div class="scroll list" role="region" aria-labelledby="${id}" tabindex="0"><table role="table"${name === '' ? null : html` class="${name}"`}>
<caption id="${id}">${caption}</caption>
<thead role="rowgroup"><tr role="row">${
    columns.map(({ title, number }) => html`<th role="columnheader" scope="col"${number === true ? html` class="number"` : null}>${title}</th>`)
  }</tr></thead>
<tbody role="rowgroup">${
    rows.map(({ cells: [head = null, ...cells], tone, about: data }) =>
      html`<tr role="row"${tone === undefined ? null : html` class="${tone}"`}${data ?? null}><th role="rowheader" scope="row">${head}</th>${
        cells.map((cell, i) => {
          const { title, number } = columns[i + 1]!;
          return html`<td role="cell"${number === true ? html` class="number"` : null} data-label="${title}">${cell}</td>`;
        })
      }</tr>
`
    )
  }</tbody>
</table></div>`;

/** JSON that a person can take in: whatever fits on a line is on one. */
export function caseText(value: Json, indent = ''): string {
  const line = JSON.stringify(value);
  if (value === null || typeof value !== 'object' || line.length + indent.length <= 64) return line;
  const deeper = `${indent}  `;
  const isList = Array.isArray(value);
  const lines = Object.entries(value).map(
    ([name, item]: [string, Json]) => `${deeper}${isList ? '' : `${JSON.stringify(name)}: `}${caseText(item, deeper)}`,
  );
  return `${isList ? '[' : '{'}\n${lines.join(',\n')}\n${indent}${isList ? ']' : '}'}`;
}

export function counterexampleDetail(counterexample: Counterexample): Html {
  const { exact, arithmetic, origin, generatorVersion, seed, path } = counterexample;
  const found = origin === 'search' ? 'found and shrunk by the search of this run' : 'a value that ships with the package and ran first';
  const values = Object.entries(counterexample.evidence).filter(([, value]) => roundsOf(value) === null);
  const rounds = Object.entries(counterexample.evidence).flatMap(([name, value], i) => {
    const all = roundsOf(value);
    return all === null ? [] : [roundsTable(counterexample, i, name, all)];
  });
  return html`<h4>Counterexample</h4>
${numbers(counterexample)}${against(counterexample)}
<p><small>${exact ? 'Decided in exact arithmetic' : 'Decided in floating point'} (${arithmetic}); ${found}${
    seed === null ? null : `; seed ${seed}${path === null ? '' : `, path ${path}`}`
  }; generator version ${generatorVersion}.</small></p>
${
    values.length === 0
      ? null
      : html`<table class="values"><caption class="aside">The numbers on the way</caption><tbody>${
        values.map(
          ([name, value]) => html`<tr><th scope="row">${math(name)}</th><td class="math">${inner(valueText(valueOf(name, value)))}</td></tr>`,
        )
      }</tbody></table>`
  }${rounds}
<h4>The case</h4><pre class="tall" tabindex="0">${caseText(counterexample.case)}</pre>`;
}

export const legend = (verdicts: readonly Verdict[]): Html =>
  html`<footer><h2 id="verdicts">What the verdicts mean</h2><dl class="legend">${
    verdicts.map(
      (verdict) => html`<dt>${badge(verdict)}</dt><dd>${WORDS[verdict].meaning}</dd>`,
    )
  }</dl></footer>`;

/** A link to each section. They are read off the page, so that none is forgotten. */
const contents = (parts: readonly Html[]): Part =>
  parts.flatMap(({ source }) => [...source.matchAll(/<h([12]) id="([^"]+)">([^<]+)<\/h\1>/gu)]).map(([, level, id = '', title = '']) =>
    html`<li><a href="#${new Html(id)}">${level === '1' ? 'Summary' : new Html(title)}</a></li>`
  );

/** How a reader looks for claims. It does nothing without the script, which is why it is not to be seen before. */
function search(claims: readonly ClaimResult[]): Html | null {
  const found = VERDICTS.map((verdict) => ({ verdict, number: new Set(claims.filter((claim) => claim.verdict === verdict).map(({ id }) => id)).size })).filter(({ number }) =>
    number > 0
  );
  if (found.length === 0) return null;
  return html`<div class="search" role="search" aria-label="Claims" hidden><label>Search <input type="search" id="search-words" autocomplete="off"></label>
<label>Verdict <select id="search-verdict" autocomplete="off"><option value="">any</option>${
    found.map(({ verdict, number }) => html`<option value="${verdict}">${WORDS[verdict].mark} ${verdict} (${count(number)})</option>`)
  }</select></label>
<output id="search-found" for="search-words search-verdict"></output>
<button type="button" id="open-all">Open everything</button></div>`;
}

const hash = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing is loaded, and nothing is obeyed but the one sheet and the one script that the page comes with, to the letter. */
const POLICY = `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`;

/** A page that needs nothing beside itself: no font, no image, nothing loaded from anywhere, and all of it to be read without its script. */
export function page(title: Part, claims: readonly ClaimResult[], header: Html, main: Html, footer: Html): string {
  const head = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>`.source;
  const body = html`</style>
</head>
<body>
${header}
<div class="beside"><nav aria-label="On this page"><ul class="contents">${contents([header, main, footer])}</ul></nav>
${search(claims)}</div>
<main>
<p class="on-paper soft">What is closed on the page is not printed: to have it on paper, open it first.</p>
${main}
</main>
${footer}
<script>`.source;
  return `${head}${STYLE}${body}${SCRIPT}</script>
</body>
</html>
`;
}
