/** A gate's report as one HTML page: who was judged and how it came out, the smallest problem for each failure, then every claim. */

import { VERDICTS, type ClaimResult } from '../src/verdict.js';
import {
  expectationText,
  headline,
  hintText,
  knownFailures,
  outcome,
  problemRows,
  refusedKinds,
  sides,
  tally,
  toneOf,
  troublesByKind,
  verdictText,
  type Group,
} from './account.js';
import { GUESS_COLUMNS, guessRows, judgedAs, NONE, who, worstCaseCells, worstCaseTitle, WORST_CASE_COLUMNS, type GateReport } from './gate.js';
import { anchor, caseText, coverageBars, coverageSpark, inner, legend, list, math, nameAndPlace, page, times } from './html-parts.js';
import { type Html, html, type Part } from './markup.js';
import { count, duration, runnable, shortNumber, wholeRun, WORDS } from './wording.js';

const chip = (result: ClaimResult): Html => html`<span class="badge ${toneOf(result)}"><b aria-hidden="true">${WORDS[result.verdict].mark}</b>${verdictText(result)}</span>`;

function banner(report: GateReport): Html {
  const ended = outcome(report);
  const { tone, reason } = ended;
  const told = headline(ended, (word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  const [outdated, warnings] = [report.expectations ?? [], report.warnings ?? []];
  return html`<p class="banner ${tone} large" role="status"><strong>${told.replace(/:$/u, '.')}</strong> ${reason}.</p>${
    outdated.length === 0
      ? null
      : html`<div class="banner bad"><strong>The expected failures are out of date.</strong><ul>${outdated.map((text) => html`<li>${text}</li>`)}</ul></div>`
  }${
    warnings.length === 0
      ? null
      : html`<div class="banner open"><strong>Counterexamples that were skipped.</strong><ul>${warnings.map((text) => html`<li>${text}</li>`)}</ul></div>`
  }`;
}

function subjectFacts({ subject }: GateReport): Part {
  if (subject === null) return null;
  const { name, version, language, dtype, door, source, capabilities, like, guess, restarts } = subject;
  const about = [version, language].filter((part) => part !== '').join(', ');
  return html`<dt>Optimizer</dt><dd><b>${name}</b>${about === '' ? null : ` ${about}`}: ${door} <code>${source}</code></dd>
<dt>Judged as</dt><dd>${like === null || like === NONE ? 'no method in particular' : like}${guess !== null ? html`, nearest to <b>${guess}</b>` : null}</dd>
<dt>Numbers</dt><dd>${dtype}</dd>
<dt>Can do</dt><dd>${capabilities.join(', ') || '–'}</dd>${
    restarts === 0 ? null : html`<dt>Restarts</dt><dd>${count(restarts)} <span class="soft">— so often its process had to be ended and started anew</span></dd>`
  }`;
}

function header(report: GateReport): Html {
  const took = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000;
  return html`<header>
<p class="eyebrow">${report.tool.name} ${report.tool.version}, gate</p>
<h1>${who(report.subject)}, ${judgedAs(report.subject)}</h1>
${banner(report)}
<dl class="facts">
${subjectFacts(report)}
<dt>What ran</dt>
<dd><code>${report.command}</code> on ${times(report.claims.length, 'claim')}, from <time datetime="${report.startedAt}">${
    report.startedAt
      .slice(0, 16)
      .replace('T', ' ')
  } UTC</time>${took >= 0 ? `, in ${duration(took)}` : null}</dd>
<dt>Seed</dt><dd>${report.seed} <span class="soft">— again, with the same cases:</span> ${
    wholeRun(report) === runnable(report.command) ? 'the same command' : html`<code>${wholeRun(report)}</code>`
  }</dd>
<dt>Verdicts</dt><dd>${tally(report)}</dd>
</dl>
</header>`;
}

// --------------------------------------------------------------------------------------------------------------- failures

/** Lines of a reason as they came: standard error is often among them. */
const lines = (text: string): Part => (text.includes('\n') ? html`<pre>${text}</pre>` : text);

/** Mathematics is typeset, but numbers are not: the e of 3e−16 is no variable. */
const value = (text: string): Part => (/^[\d\s.,()+−e∞]*$/u.test(text) ? text : inner(text));

/** Both values large, and below them the problem, from which they can be recomputed. */
function proof(result: ClaimResult): Part {
  if (result.counterexample === null) return null;
  const given = sides(result);
  const rows = problemRows(result);
  return html`${
    given.length === 0 ? null : html`<dl class="sides-by-side">${given.map(([name, text]) => html`<div><dt>${name}</dt><dd class="math">${value(text)}</dd></div>`)}</dl>`
  }${
    rows.length === 0
      ? null
      : html`<table class="values"><caption class="aside">The smallest problem that shows it</caption><tbody>${
        rows.map(
          ([name, text]) => html`<tr><th scope="row">${math(name)}</th><td class="math">${value(text)}</td></tr>`,
        )
      }</tbody></table>`
  }
<details class="case"><summary>The case, as it can be replayed</summary><pre class="tall" tabindex="0">${caseText(result.counterexample.case)}</pre></details>`;
}

function evidence(result: ClaimResult): Html {
  const { hint, reason, replay } = result;
  const expected = expectationText(result);
  return html`${hint === undefined ? null : html`<p class="hint"><strong>Behaves like:</strong> ${math(hintText(hint))}</p>`}${
    reason === null ? null : html`<div class="reason">${lines(reason)}</div>`
  }${expected === null ? null : html`<p><small>Known failure:</small> ${expected}</p>`}${proof(result)}${replay === null ? null : html`<h4>Replay</h4><pre>${replay}</pre>`}`;
}

function failure({ first: result, alike }: Group): Html {
  return html`<article class="failure ${toneOf(result)}"><h3><a class="name" href="#${anchor(result.id)}">${result.id}</a> ${chip(result)}</h3>
<p>${math(result.statement)}</p>
${evidence(result)}${
    alike.length === 0
      ? null
      : html`<p>In the same way: ${alike.map(({ id }, index): Part => [index === 0 ? null : ', ', html`<a href="#${anchor(id)}">${id}</a>`])}.</p>`
  }</article>`;
}

function failures(report: GateReport): Html | null {
  const wrong = troublesByKind(report);
  if (wrong.length === 0) return null;
  return html`<section aria-labelledby="failures"><h2 id="failures">What went wrong</h2>
<p>The worst first, each with the smallest problem that was found to show it.</p>
${wrong.map(failure)}</section>`;
}

// ----------------------------------------------------------------------------------------------------------------- claims

function row(result: ClaimResult): Html {
  const { cases, rejected, tightest, seconds, counts } = result;
  const nonTrivial = counts.reduce((sum, entry) => sum + entry.nonTrivial, 0);
  const why = result.verdict === 'holds' && result.unsupported === undefined ? null : (expectationText(result) ?? result.reason?.split('\n')[0] ?? null);
  return html`<tr><th scope="row">${nameAndPlace(result)}</th>
<td>${chip(result)}${why === null ? null : html`<small class="reason">${why}</small>`}</td>
<td class="number count"><b>${count(cases)}</b> / ${count(nonTrivial)} / ${count(rejected)}</td>
<td class="number">${tightest === null ? html`<span class="soft">–</span>` : shortNumber(tightest.ratio)}</td>
<td class="coverage">${coverageSpark(result)}</td>
<td class="number">${seconds.toFixed(2)}</td></tr>
`;
}

function claims(report: GateReport): Html {
  const known = knownFailures(report).length;
  return html`<section aria-labelledby="claims"><h2 id="claims">All claims</h2>
<p>A ratio of 1 is tight: some case reached the bound. Coverage has a bar for each kind of case that the claim asks for, and says how many cases
were of the rarest.${known === 0 ? null : ' A failure that the file of expected failures tells of does not count against the run.'}</p>
<div class="scroll" role="region" aria-labelledby="claims-table" tabindex="0"><table class="claims">
<caption id="claims-table"><span>Every claim that ran; <b>cases</b> / non-trivial ones / rejected by a hypothesis</span></caption>
<thead><tr><th scope="col">Claim</th><th scope="col">Verdict</th><th scope="col" class="number">Cases</th><th scope="col" class="number">Tightest ratio</th>
<th scope="col">Coverage, least</th><th scope="col" class="number">Seconds</th></tr></thead>
<tbody>${report.claims.map(row)}</tbody>
</table></div></section>`;
}

function worstCases(report: GateReport): Html | null {
  const title = worstCaseTitle(report);
  if (title === null) return null;
  return html`<section aria-labelledby="worst-cases"><h2 id="worst-cases">Worst cases</h2>
<div class="scroll" role="region" aria-labelledby="worst-cases-table" tabindex="0"><table>
<caption id="worst-cases-table">${math(title)}</caption>
<thead><tr>${WORST_CASE_COLUMNS.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${
    (report.worstCases ?? []).map(worstCaseCells).map(([name, ...cells]) =>
      html`<tr><th scope="row">${math(name)}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`
    )
  }</tbody>
</table></div></section>`;
}

function guesses(report: GateReport): Html | null {
  const rows = guessRows(report);
  if (rows.length === 0) return null;
  return html`<section aria-labelledby="guesses"><h2 id="guesses">What it is nearest to</h2>
<p>No method was named: it was configured as each in turn.</p>
<div class="scroll" role="region" aria-labelledby="guesses-table" tabindex="0"><table>
<caption id="guesses-table">Sessions in which it goes as the method does, up to rounding</caption>
<thead><tr>${GUESS_COLUMNS.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${
    rows.map(([name, ...cells]) =>
      html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>
`
    )
  }</tbody>
</table></div></section>`;
}

function refused(report: GateReport): Html | null {
  const kinds = refusedKinds(report.claims);
  if (kinds.length === 0) return null;
  return html`<section aria-labelledby="refused"><h2 id="refused">What it does not support</h2>
<p>Such sessions are left out, and count neither for nor against it: on these it was not judged.</p>
<div class="scroll" role="region" aria-labelledby="refused-table" tabindex="0"><table>
<caption id="refused-table">Settings and sizes of which it took no session, and the most sessions that one claim saw refused</caption>
<thead><tr><th scope="col">what</th><th scope="col" class="number">sessions</th><th scope="col">what it says</th></tr></thead>
<tbody>${
    kinds.map(({ what, times: number, message }) =>
      html`<tr><th scope="row">${what ?? 'some'}</th><td class="number">${count(number)}</td><td>${message}</td></tr>
`
    )
  }</tbody>
</table></div></section>`;
}

function details(report: GateReport): Html {
  // The anchor is inside: a browser opens what is closed to get to a target, but not the target itself.
  return html`<section aria-labelledby="details"><h2 id="details">Evidence, claim by claim</h2>
<p>What each claim says, what it was tried on, and what came out.</p>
${
    report.claims.map(
      (result) =>
        html`<details class="detail"><summary><h3 class="name">${result.id}</h3>${chip(result)}</summary>
<div class="sides" id="${anchor(result.id)}"><section><p>${math(result.statement)}</p>
${result.hypotheses.length === 0 ? null : html`<h4>Provided that</h4>${list(result.hypotheses)}`}
<p><small>${result.strength}; ${times(result.cases, 'case')}, ${count(result.rejected)} rejected; ${duration(result.seconds)}${
          result.tightest === null ? null : `; tightest ratio ${result.tightest.ratio} (seed ${result.tightest.seed}, path ${result.tightest.path})`
        }</small></p>
${evidence(result)}${coverageBars(result)}</section></div>
</details>
`,
    )
  }</section>`;
}

/** The page of a gate's report. It says whose optimizer it is about and what it was judged as before anything else. @param plots of its bounds. */
export function renderGateHtml(report: GateReport, plots: Html): string {
  const title = html`${report.complete ? null : 'NOT COMPLETE: '}${who(report.subject)}, ${judgedAs(report.subject)}: ${outcome(report).word}`;
  return page(
    title,
    header(report),
    html`${failures(report)}
${plots}
${refused(report)}
${guesses(report)}
${claims(report)}
${worstCases(report)}
${details(report)}`,
    legend(VERDICTS.filter((verdict) => verdict !== 'refuted')),
  );
}
