/** The report as one HTML page that needs nothing beside itself: errata first, then every claim, then the evidence. */

import {
  ARITHMETICS, VERDICTS,
  type ClaimResult, type Counterexample, type Json, type Report, type Verdict,
} from '../src/verdict.js';
import { type Html, html, type Part } from './markup.js';
import { tokens, type Token } from './math.js';
import { STYLE } from './style.js';
import {
  count, duration, errata, failure, pairs, place, shortNumber, shortValue, valueOf, valueText, wholeRun, WORDS,
  type Erratum, type Pair, type Tone,
} from './wording.js';

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

function inner(text: string): Part {
  const all = tokens(text);
  return all.map((token, index): Part => {
    const [before, after] = [all[index - 1], all[index + 1]];
    // A letter's two limits stand above each other: Σ with t = 1 below and T above.
    if (token.kind === 'sub' && after?.kind === 'sup') return html`<span class="limits">${piece(token)}${piece(after)}</span>`;
    return token.kind === 'sup' && before?.kind === 'sub' ? null : piece(token);
  });
}

const math = (text: string): Html => html`<span class="math">${inner(text)}</span>`;

const list = (texts: readonly string[]): Html => html`<ul>${texts.map((text) => html`<li>${math(text)}</li>`)}</ul>`;

const badge = (verdict: Verdict, times?: number): Html =>
  html`<span class="badge ${WORDS[verdict].tone}"><b aria-hidden="true">${WORDS[verdict].mark}</b>${verdict}${
    times === undefined ? null : ` ${count(times)}`
  }</span>`;

const anchor = (id: string): string => `claim-${id}`;

const nameAndPlace = ({ id, source }: ClaimResult): Html =>
  html`<a class="name" href="#${anchor(id)}">${id}</a><small>${place(source)}</small>`;

const scientific = (value: number): Part => {
  const [mantissa, exponent] = shortNumber(value).split('e');
  return exponent === undefined ? (mantissa ?? '') : html`${mantissa ?? ''} × 10<sup>${exponent}</sup>`;
};

// ---------------------------------------------------------------------------------------------------------------- summary

const times = (number: number, one: string, many = `${one}s`): string => `${count(number)} ${number === 1 ? one : many}`;

function banner(report: Report): Html {
  const failed = report.claims.filter(({ verdict }) => WORDS[verdict].tone === 'bad');
  const open = report.claims.filter(({ verdict }) => WORDS[verdict].tone === 'open');
  const note = (tone: Tone | 'bad large', head: string, text: Part): Html =>
    html`<p class="banner ${tone}" role="status"><strong>${head}</strong> ${text}</p>`;
  const links = (results: readonly ClaimResult[]): Part =>
    results.map(({ id, variant, verdict }, index): Part => [
      index === 0 ? null : ', ',
      html`<a href="#${anchor(id)}">${id}</a> ${variant} (${verdict})`,
    ]);
  const done = times(report.claims.length, 'result');
  return html`${
    report.complete
      ? null
      : note('bad large', 'NOT COMPLETE.', `The run stopped after ${done}. What is missing here was not checked.`)
  }${failed.length === 0 ? null : note('bad', `${times(failed.length, 'failure')}.`, links(failed))}${
    open.length === 0 ? null : note('open', `${times(open.length, 'result')} left open.`, links(open))
  }${
    report.complete && failed.length === 0 && open.length === 0
      ? note('good', 'Complete.', 'Every claim that was asked for has its verdict, and nothing failed that should hold.')
      : null
  }`;
}

function summary(report: Report): Html {
  const took = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000;
  const totals = VERDICTS.map((verdict) => ({ verdict, number: report.totals[verdict] ?? 0 })).filter(({ number }) => number > 0);
  return html`<header>
<p class="eyebrow">${report.tool.name} ${report.tool.version}</p>
<h1>Optimistic Meta-Gradients: what holds, and what does not</h1>
${banner(report)}
<dl class="facts">
<dt>What ran</dt>
<dd><code>${report.command}</code> on ${times(pairs(report).length, 'claim')}, ${times(report.claims.length, 'result')},
from <time datetime="${report.startedAt}">${report.startedAt.slice(0, 16).replace('T', ' ')} UTC</time>${
    took >= 0 ? `, in ${duration(took)}` : null
  }</dd>
<dt>Seed</dt>
<dd>${report.seed} <span class="soft">— again, with the same cases:</span> <code>${wholeRun(report)}</code></dd>
<dt>Verdicts</dt><dd><ul class="totals">${totals.map(({ verdict, number }) => html`<li>${badge(verdict, number)}</li>`)}</ul>
<div class="share" aria-hidden="true">${totals.map(
    ({ verdict, number }) => html`<span class="${WORDS[verdict].tone}" style="flex: ${number}"></span>`,
  )}</div></dd>
</dl>
</header>`;
}

// ----------------------------------------------------------------------------------------------------------------- errata

function numbers(counterexample: Counterexample): Html {
  const { lhs, relation, rhs, nearly } = failure(counterexample);
  return html`<span class="numbers math">${lhs}<span class="relation">${relation}</span>${rhs}</span>${
    nearly === null ? null : html`<small>that is, ${nearly}</small>`
  }<p class="expected"><small>against</small> ${math(counterexample.expected)}</p>`;
}

function evidence(counterexample: Counterexample): Html | null {
  const entries = Object.entries(counterexample.evidence);
  if (entries.length === 0) return null;
  return html`<ul class="evidence">${entries.map(
    ([name, value]) => html`<li class="math">${inner(name)} = ${inner(shortValue(valueOf(name, value)))}</li>`,
  )}</ul>`;
}

function erratum({ printed, corrected, counterexample, added }: Erratum): Html {
  // The roles repeat what the elements say because a narrow screen lays them out as blocks, which takes it from them.
  return html`<tr role="row">
<th role="rowheader" scope="row" class="claim">${nameAndPlace(printed)}</th>
<td role="cell" class="statement" data-label="As printed">${math(printed.statement)}</td>
<td role="cell" class="statement" data-label="Corrected">${
    corrected === undefined ? html`<span class="soft">Not part of this run.</span>` : math(corrected.statement)
  }${
    added.length === 0
      ? null
      : html`<div class="given"><p><small>provided that</small></p>${list(added)}</div>`
  }</td>
<td role="cell" class="proof" data-label="Counterexample to the printed statement">${
    counterexample === null
      ? null
      : html`${numbers(counterexample)}${evidence(counterexample)}`
  }</td>
<td role="cell" class="verdicts" data-label="Verdicts"><dl><div><dt>printed</dt><dd>${badge(printed.verdict)}</dd></div>${
    corrected === undefined ? null : html`<div><dt>corrected</dt><dd>${badge(corrected.verdict)}</dd></div>`
  }</dl></td>
</tr>`;
}

function errataSection(report: Report): Html {
  const found = errata(report);
  if (found.length === 0) {
    return html`<section aria-labelledby="errata"><h2 id="errata">Errata</h2>
<p>No printed statement is refuted in this run.</p></section>`;
  }
  return html`<section aria-labelledby="errata"><h2 id="errata">Errata</h2>
<p>${times(found.length, 'statement')} of the paper ${found.length === 1 ? 'is' : 'are'} false as printed.
Each comes with numbers that can be checked with a pencil.</p>
<div class="scroll errata"><table role="table">
<caption>What is printed, what holds instead, and a counterexample to what is printed</caption>
<thead role="rowgroup"><tr role="row">${['Claim and place', 'As printed', 'Corrected', 'Counterexample', 'Verdicts'].map(
    (title) => html`<th role="columnheader" scope="col">${title}</th>`,
  )}</tr></thead>
<tbody role="rowgroup">${found.map(erratum)}</tbody>
</table></div></section>`;
}

// ----------------------------------------------------------------------------------------------------------------- claims

function coverageSpark({ coverage }: ClaimResult): Html {
  const labels = Object.entries(coverage);
  if (labels.length === 0) return html`<span class="soft">–</span>`;
  const most = Math.max(1, ...labels.map(([, number]) => number));
  const least = Math.min(...labels.map(([, number]) => number));
  return html`<span class="spark" aria-hidden="true">${labels.map(
    ([, number]) => html`<i class="${number === 0 ? 'none' : 'some'}" style="height: ${Math.round((100 * number) / most)}%"></i>`,
  )}</span><span class="aside">${times(labels.length, 'label')}, the rarest in </span>${count(least)}`;
}

function claimRows(pair: Pair, arithmetics: readonly string[]): Html {
  const results = [pair.printed, pair.corrected].filter((result) => result !== undefined);
  return html`<tbody>${results.map(
    (result, index) => html`<tr>${
      index > 0
        ? null
        : html`<th scope="rowgroup" rowspan="${results.length}">${nameAndPlace(result)}</th>`
    }<th scope="row">${result.variant}</th>
<td>${badge(result.verdict)}${
      result.reason === null || result.verdict === 'holds' || result.verdict === 'refuted'
        ? null
        : html`<small class="reason">${result.reason}</small>`
    }</td>${arithmetics.map((arithmetic) => {
      const counts = result.counts.find((entry) => entry.arithmetic === arithmetic);
      return counts === undefined
        ? html`<td class="number soft">–</td>`
        : html`<td class="number count"><b>${count(counts.cases)}</b> / ${count(counts.nonTrivial)} / ${count(counts.rejected)}</td>`;
    })}
<td class="number">${result.tightest === null ? html`<span class="soft">–</span>` : shortNumber(result.tightest.ratio)}</td>
<td class="number">${result.falsePass === null ? html`<span class="soft">–</span>` : scientific(result.falsePass)}</td>
<td class="coverage">${coverageSpark(result)}</td>
<td class="number">${result.seconds.toFixed(2)}</td></tr>
`,
  )}</tbody>`;
}

function claimsSection(report: Report): Html {
  const used = ARITHMETICS.filter((name) => report.claims.some(({ counts }) => counts.some(({ arithmetic }) => arithmetic === name)));
  return html`<section aria-labelledby="claims"><h2 id="claims">All claims</h2>
<p>A ratio of 1 is tight: some case reached the bound. A false pass is a false identity that no case in the prime field
gave away; the number bounds its probability. Coverage has a bar for each kind of case that the claim asks for, and says
how many cases were of the rarest.</p>
<div class="scroll" role="region" aria-labelledby="claims" tabindex="0"><table class="claims">
<caption><span>Every claim that ran; for each arithmetic: <b>cases</b> / non-trivial ones / rejected by a hypothesis</span></caption>
<thead><tr><th scope="col">Claim</th><th scope="col">Variant</th><th scope="col">Verdict</th>${used.map(
    (name) => html`<th scope="col" class="number">${name}</th>`,
  )}<th scope="col" class="number">Tightest ratio</th><th scope="col" class="number">False pass ≤</th>
<th scope="col">Coverage, least</th><th scope="col" class="number">Seconds</th></tr></thead>
${pairs(report).map((pair) => claimRows(pair, used))}
</table></div></section>`;
}

// ---------------------------------------------------------------------------------------------------------------- details

function coverageBars({ coverage, cases }: ClaimResult): Html | null {
  const labels = Object.entries(coverage);
  if (labels.length === 0) return null;
  const most = Math.max(1, cases, ...labels.map(([, number]) => number));
  return html`<h4>Coverage</h4><dl class="bars">${labels.map(
    ([label, number]) => html`<dt>${label}</dt>
<dd><span class="bar" aria-hidden="true"><i style="width: ${((100 * number) / most).toFixed(1)}%"></i></span>
<span class="number">${count(number)}</span></dd>`,
  )}</dl>`;
}

/** JSON that a person can take in: whatever fits on a line is on one. */
function caseText(value: Json, indent = ''): string {
  const line = JSON.stringify(value);
  if (value === null || typeof value !== 'object' || line.length + indent.length <= 64) return line;
  const deeper = `${indent}  `;
  const isList = Array.isArray(value);
  const lines = Object.entries(value).map(
    ([name, item]: [string, Json]) => `${deeper}${isList ? '' : `${JSON.stringify(name)}: `}${caseText(item, deeper)}`,
  );
  return `${isList ? '[' : '{'}\n${lines.join(',\n')}\n${indent}${isList ? ']' : '}'}`;
}

function counterexampleDetail(counterexample: Counterexample): Html {
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
    : html`<table class="values"><caption class="aside">The numbers on the way</caption><tbody>${values.map(
        ([name, value]) => html`<tr><th scope="row">${math(name)}</th><td class="math">${inner(valueText(valueOf(name, value)))}</td></tr>`,
      )}</tbody></table>`
}
<h4>The case</h4><pre class="tall" tabindex="0">${caseText(counterexample.case)}</pre>`;
}

function side(result: ClaimResult): Html {
  const { variant, verdict, statement, strength, hypotheses, reason, tightest, falsePass, counterexample, replay } = result;
  return html`<section><h3>${variant === 'printed' ? 'As printed' : 'Corrected'} ${badge(verdict)}</h3>
<p>${math(statement)}</p>
${reason === null ? null : html`<p>${reason}</p>`}
${
  hypotheses.length === 0
    ? null
    : html`<h4>Hypotheses</h4>${list(hypotheses)}`
}
<p><small>${strength}; ${times(result.cases, 'case')}, ${count(result.rejected)} rejected; ${duration(result.seconds)}${
    tightest === null ? null : `; tightest ratio ${tightest.ratio} (seed ${tightest.seed}, path ${tightest.path})`
  }${falsePass === null ? null : html`; false pass ≤ ${scientific(falsePass)}`}</small></p>
${replay === null ? null : html`<h4>Replay</h4><pre>${replay}</pre>`}
${counterexample === null ? null : counterexampleDetail(counterexample)}
${coverageBars(result)}</section>`;
}

function detailsSection(report: Report): Html {
  // The anchor is inside: a browser opens what is closed to get to a target, but not the target itself.
  return html`<section aria-labelledby="details"><h2 id="details">Evidence, claim by claim</h2>
<p>Hypotheses, coverage, counterexamples, and the command that replays each.</p>
${pairs(report).map(
  ({ id, printed, corrected }) => html`<details class="detail"><summary><span class="name">${id}</span>${
    printed === undefined ? null : html`<span><small>printed</small> ${badge(printed.verdict)}</span>`
  }${corrected === undefined ? null : html`<span><small>corrected</small> ${badge(corrected.verdict)}</span>`}</summary>
<div class="sides" id="${anchor(id)}">${[printed, corrected].map((result) => (result === undefined ? null : side(result)))}</div>
</details>
`,
)}</section>`;
}

const LEGEND = html`<footer><h2 id="verdicts">What the verdicts mean</h2><dl class="legend">${VERDICTS.map(
  (verdict) => html`<dt>${badge(verdict)}</dt><dd>${WORDS[verdict].meaning}</dd>`,
)}</dl></footer>`;

/**
 * The report as one self-contained page: no script, no font, no image, nothing loaded from anywhere. Everything in the
 * report is text to it, whatever it looks like.
 */
export function renderHtml(report: Report): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="color-scheme" content="light dark">
<title>${report.complete ? null : 'NOT COMPLETE: '}${report.tool.name} report, seed ${String(report.seed)}</title>
<style>`.source;
  const body = html`</style>
</head>
<body>
${summary(report)}
<main>
${errataSection(report)}
${claimsSection(report)}
${detailsSection(report)}
</main>
${LEGEND}
</body>
</html>
`.source;
  return page + STYLE + body;
}
