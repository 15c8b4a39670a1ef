/** What the pages of a report are put together from. */

import type { ClaimResult, Counterexample, Json, Verdict } from '../src/verdict.js';
import { Html, html, type Part } from './markup.js';
import { tokens, type Token } from './math.js';
import { STYLE } from './style.js';
import { count, failure, place, shortNumber, shortValue, valueOf, valueText, WORDS } from './wording.js';

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

export const scientific = (value: number): Part => {
  const [mantissa, exponent] = shortNumber(value).split('e');
  return exponent === undefined ? (mantissa ?? '') : html`${mantissa ?? ''} × 10<sup>${exponent}</sup>`;
};

export const times = (number: number, one: string, many = `${one}s`): string => `${count(number)} ${number === 1 ? one : many}`;

export function numbers(counterexample: Counterexample): Html {
  const { lhs, relation, rhs, nearly } = failure(counterexample);
  return html`<span class="numbers math">${lhs}<span class="relation">${relation}</span>${rhs}</span>${
    nearly === null ? null : html`<small>that is, ${nearly}</small>`
  }<p class="expected"><small>against</small> ${math(counterexample.expected)}</p>`;
}

export function evidence(counterexample: Counterexample): Html | null {
  const entries = Object.entries(counterexample.evidence);
  if (entries.length === 0) return null;
  return html`<ul class="evidence">${
    entries.map(
      ([name, value]) => html`<li class="math">${inner(name)} = ${inner(shortValue(valueOf(name, value)))}</li>`,
    )
  }</ul>`;
}

export function coverageSpark({ coverage }: ClaimResult): Html {
  const labels = Object.entries(coverage);
  if (labels.length === 0) return html`<span class="soft">–</span>`;
  const most = Math.max(1, ...labels.map(([, number]) => number));
  const least = Math.min(...labels.map(([, number]) => number));
  return html`<span class="spark" aria-hidden="true">${
    labels.map(
      ([, number]) => html`<i class="${number === 0 ? 'none' : 'some'}" style="height: ${Math.round((100 * number) / most)}%"></i>`,
    )
  }</span><span class="aside">${times(labels.length, 'label')}, the rarest in </span>${count(least)}`;
}

export function coverageBars({ coverage, cases }: ClaimResult): Html | null {
  const labels = Object.entries(coverage);
  if (labels.length === 0) return null;
  const most = Math.max(1, cases, ...labels.map(([, number]) => number));
  return html`<h4>Coverage</h4><dl class="bars">${
    labels.map(
      ([label, number]) =>
        html`<dt>${label}</dt>
<dd><span class="bar" aria-hidden="true"><i style="width: ${((100 * number) / most).toFixed(1)}%"></i></span>
<span class="number">${count(number)}</span></dd>`,
    )
  }</dl>`;
}

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
  const values = Object.entries(counterexample.evidence);
  return html`<h4>Counterexample</h4>
${numbers(counterexample)}
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
  }
<h4>The case</h4><pre class="tall" tabindex="0">${caseText(counterexample.case)}</pre>`;
}

export const legend = (verdicts: readonly Verdict[]): Html =>
  html`<footer><h2 id="verdicts">What the verdicts mean</h2><dl class="legend">${
    verdicts.map(
      (verdict) => html`<dt>${badge(verdict)}</dt><dd>${WORDS[verdict].meaning}</dd>`,
    )
  }</dl></footer>`;

/** A link to each section. They are read off the page, so that none is forgotten. */
const contents = ({ source }: Html): Part =>
  [...source.matchAll(/<h2 id="([^"]+)">([^<]+)<\/h2>/gu)].map(([, id = '', title = '']) => html`<li><a href="#${id}">${new Html(title)}</a></li>`);

/** A page that needs nothing beside itself: no script, no font, no image, nothing loaded from anywhere. */
export function page(title: Part, header: Html, main: Html, footer: Html): string {
  const head = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>`.source;
  const body = html`</style>
</head>
<body>
${header}
<nav aria-label="On this page"><ul class="contents">${contents(main)}</ul></nav>
<main>
${main}
</main>
${footer}
</body>
</html>
`.source;
  return head + STYLE + body;
}
