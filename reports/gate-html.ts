/** A gate's report as one HTML page: who was judged and how it came out, the smallest problem for each failure, then every claim. */

import { VERDICTS, type ClaimResult, type Json } from '../src/verdict.js';
import {
  expectationText,
  headline,
  hintText,
  knownFailures,
  notJudged,
  note,
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
import { about, anchor, caseText, command, coverageBars, coverageSpark, legend, list, math, nameAndPlace, page, table, times, value, type Row } from './html-parts.js';
import { type Html, html, type Part } from './markup.js';
import { apart, listOf, pathOf, type Path, type Step } from './paths.js';
import { count, duration, shortNumber, valueText, wholeRun, WORDS } from './wording.js';

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
  const told = [version, language].filter((part) => part !== '').join(', ');
  return html`<dt>Optimizer</dt><dd><b>${name}</b>${told === '' ? null : ` ${told}`}: ${door} <code>${source}</code></dd>
<dt>Judged as</dt><dd>${like === null || like === NONE ? 'no method in particular' : like}${guess !== null ? html`, nearest to <b>${guess}</b>` : null}</dd>
<dt>Numbers</dt><dd>${dtype}</dd>
<dt>Can do</dt><dd>${capabilities.join(', ') || '–'}</dd>${
    restarts === 0 ? null : html`<dt>Restarts</dt><dd>${count(restarts)} <span class="soft">— so often its process had to be ended and started anew</span></dd>`
  }`;
}

function header(report: GateReport): Html {
  const took = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000;
  const left = notJudged(report);
  return html`<header>
<p class="eyebrow">${report.tool.name} ${report.tool.version}, gate</p>
<h1 id="summary">${who(report.subject)}, ${judgedAs(report.subject)}</h1>
${banner(report)}
<dl class="facts">
<dt>Verdicts</dt><dd>${tally(report)}</dd>
<dt>Not judged</dt><dd>${left.length === 0 ? 'Nothing that was asked for was left out.' : left.join(', ')}</dd>
${subjectFacts(report)}
<dt>What ran</dt>
<dd>${times(report.claims.length, 'claim')}, from <time datetime="${report.startedAt}">${
    report.startedAt
      .slice(0, 16)
      .replace('T', ' ')
  } UTC</time>${took >= 0 ? `, in ${duration(took)}` : null}</dd>
<dt>Run it again</dt><dd>${command(wholeRun(report))} <span class="soft">seed ${report.seed}: the same cases</span></dd>
</dl>
</header>`;
}

// --------------------------------------------------------------------------------------------------------------- failures

/** Lines of a reason as they came: standard error is often among them. */
const lines = (text: string): Part => (text.includes('\n') ? html`<pre>${text}</pre>` : text);

/** Of a longer path the last so many steps are shown at once. */
const STEPS = 12;
/** Vectors of no more entries are shown whole. */
const WHOLE = 3;

/** A vector as it is shown: a number where it has one entry, or where only one is asked for. */
function entryText(vector: Json, entry: number | null): string {
  const entries = listOf(vector);
  if (vector === null || entries === null) return vector === null ? '–' : valueText(vector);
  return entries.length === 1 || entry !== null ? valueText(entries[entry ?? 0] ?? null) : valueText(vector);
}

function stepsTable(id: string, caption: Part, { entry, steps }: Path, shown: readonly Step[]): Html {
  const one = steps.some(({ gave }) => (listOf(gave)?.length ?? 0) > WHOLE) ? entry : null;
  const each = one === null ? '' : `, entry ${one}`;
  const isGiven = shown.some(({ gradient }) => gradient !== null);
  const columns = ['Answer', `It gave${each}`, `The method has${each}`, 'Apart by', ...(isGiven ? [`Gradient${each}`] : [])].map((title) => ({ title }));
  const rows = shown.map((step): Row => {
    const parts = step === steps.at(-1);
    const distance = apart(step.entry.gave, step.entry.method);
    return {
      cells: [
        [parts ? html`<span aria-hidden="true">✗ </span>` : null, step.t === 0 ? 'to init' : `to step ${step.t}`],
        entryText(step.gave, one),
        entryText(step.method, one),
        distance === 0 ? '0' : shortNumber(distance),
        ...(isGiven ? [entryText(step.gradient, one)] : []),
      ],
      ...(parts ? { tone: 'bad' } : {}),
    };
  });
  return table(id, caption, columns, rows, 'path');
}

/** The optimizer's path beside the method's, drawn and in numbers. */
function pathPart({ id }: ClaimResult, path: Path, plot: Html | null): Html {
  const { name, steps } = path;
  const shown = steps.slice(-STEPS);
  const cut = shown.length < steps.length;
  const of = html`<span class="aside"> of ${id}</span>`;
  const title = `${name.replace(/^./u, (letter) => letter.toUpperCase())}, step by step${cut ? `: the last ${STEPS} of ${count(steps.length)}` : ''}`;
  return html`<h4>Its path beside the method’s</h4><div class="beside-each-other">${plot === null ? null : html`<figure>${plot}</figure>`}<div>${
    stepsTable(`path-of-${id}`, [title, of], path, shown)
  }${cut ? html`<details class="case"><summary>Every step</summary>${stepsTable(`whole-path-of-${id}`, ['Every step', of], path, steps)}</details>` : null}</div></div>`;
}

/** Both values large, and below them the problem, from which they can be recomputed. */
function proof(result: ClaimResult, plotOf: PlotOf): Part {
  if (result.counterexample === null) return null;
  const given = sides(result);
  const path = pathOf(result.counterexample);
  const rows = problemRows(result).filter(([name]) => path?.shown.includes(name) !== true);
  return html`${
    given.length === 0 ? null : html`<dl class="sides-by-side">${given.map(([name, text]) => html`<div><dt>${name}</dt><dd class="math">${value(text)}</dd></div>`)}</dl>`
  }${path === null ? null : pathPart(result, path, plotOf(result))}${
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

/** Draws the path of a counterexample that has one. */
type PlotOf = (result: ClaimResult) => Html | null;

function evidence(result: ClaimResult, plotOf: PlotOf): Html {
  const { hint, reason, replay } = result;
  const expected = expectationText(result);
  return html`${hint === undefined ? null : html`<p class="hint"><strong>Behaves like:</strong> ${math(hintText(hint))}</p>`}${
    reason === null ? null : html`<div class="reason">${lines(reason)}</div>`
  }${expected === null ? null : html`<p><small>Known failure:</small> ${expected}</p>`}${proof(result, plotOf)}${
    replay === null ? null : html`<h4>Replay</h4><p>${command(replay)}</p>`
  }`;
}

const failureAnchor = (id: string): string => `failure-${id}`;

/** @param open for the worst */
function failure({ first: result, alike }: Group, open: boolean, plotOf: PlotOf): Html {
  const told = note(result);
  return html`<details class="detail failure ${toneOf(result)}"${about(result)}${open ? html` open` : null}><summary><h3 class="name">${result.id}</h3>${chip(result)}${
    told === '' ? null : html`<small class="reason">${told}</small>`
  }</summary>
<div id="${failureAnchor(result.id)}"><p>${math(result.statement)}</p>
${evidence(result, plotOf)}${
    alike.length === 0
      ? null
      : html`<p>In the same way: ${alike.map(({ id }, index): Part => [index === 0 ? null : ', ', html`<a href="#${anchor(id)}">${id}</a>`])}.</p>`
  }</div></details>
`;
}

function failures(wrong: readonly Group[], plotOf: PlotOf): Html | null {
  if (wrong.length === 0) return null;
  return html`<section aria-labelledby="failures" data-group><h2 id="failures">What went wrong</h2>
<p>The worst first, each with the smallest problem that was found to show it.</p>
${wrong.map((group, index) => failure(group, index === 0, plotOf))}</section>`;
}

// ----------------------------------------------------------------------------------------------------------------- claims

function row(result: ClaimResult): Html {
  const { cases, rejected, tightest, seconds, counts } = result;
  const nonTrivial = counts.reduce((sum, entry) => sum + entry.nonTrivial, 0);
  const why = result.verdict === 'holds' && result.unsupported === undefined ? null : (expectationText(result) ?? result.reason?.split('\n')[0] ?? null);
  return html`<tr class="${toneOf(result)}"${about(result)}><th scope="row">${nameAndPlace(result)}</th>
<td>${chip(result)}${why === null ? null : html`<small class="reason">${why}</small>`}</td>
<td class="number count"><b>${count(cases)}</b> / ${count(nonTrivial)} / ${count(rejected)}</td>
<td class="number">${tightest === null ? html`<span class="soft">–</span>` : shortNumber(tightest.ratio)}</td>
<td class="coverage">${coverageSpark(result)}</td>
<td class="number">${seconds.toFixed(2)}</td></tr>
`;
}

function claims(report: GateReport): Html {
  const known = knownFailures(report).length;
  return html`<section aria-labelledby="claims" data-group><h2 id="claims">All claims</h2>
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
  const rows = (report.worstCases ?? []).map(worstCaseCells).map(([name, ...cells]) => ({ cells: [math(name), ...cells] }));
  return html`<section aria-labelledby="worst-cases"><h2 id="worst-cases">Worst cases</h2>
${table('worst-cases-table', math(title), WORST_CASE_COLUMNS.map((name) => ({ title: name })), rows)}</section>`;
}

function guesses(report: GateReport): Html | null {
  const rows = guessRows(report).map((cells) => ({ cells }));
  if (rows.length === 0) return null;
  return html`<section aria-labelledby="guesses"><h2 id="guesses">What it is nearest to</h2>
<p>No method was named: it was configured as each in turn.</p>
${table('guesses-table', 'Sessions in which it goes as the method does, up to rounding', GUESS_COLUMNS.map((name) => ({ title: name })), rows)}</section>`;
}

function refused(report: GateReport): Html | null {
  const rows = refusedKinds(report.claims).map(({ what, times: number, message }) => ({ cells: [what ?? 'some', count(number), message] }));
  if (rows.length === 0) return null;
  const caption = 'Settings and sizes of which it took no session, and the most sessions that one claim saw refused';
  return html`<section aria-labelledby="refused"><h2 id="refused">What it does not support</h2>
<p>Such sessions are left out, and count neither for nor against it: on these it was not judged.</p>
${table('refused-table', caption, [{ title: 'what' }, { title: 'sessions', number: true }, { title: 'what it says' }], rows)}</section>`;
}

function details(report: GateReport, told: ReadonlySet<ClaimResult>, plotOf: PlotOf): Html {
  // The anchor is inside: a browser opens what is closed to get to a target, but not the target itself.
  return html`<section aria-labelledby="details" data-group><h2 id="details">Evidence, claim by claim</h2>
<p>What each claim says, what it was tried on, and what came out.</p>
${
    report.claims.map(
      (result) =>
        html`<details class="detail ${toneOf(result)}"${about(result)}><summary><h3 class="name">${result.id}</h3>${chip(result)}</summary>
<div class="sides" id="${anchor(result.id)}"><section><p>${math(result.statement)}</p>
${result.hypotheses.length === 0 ? null : html`<h4>Provided that</h4>${list(result.hypotheses)}`}
<p><small>${result.strength}; ${times(result.cases, 'case')}, ${count(result.rejected)} rejected; ${duration(result.seconds)}${
          result.tightest === null ? null : `; tightest ratio ${result.tightest.ratio} (seed ${result.tightest.seed}, path ${result.tightest.path})`
        }</small></p>
${told.has(result) ? html`<p><a href="#${failureAnchor(result.id)}">What went wrong</a></p>` : evidence(result, plotOf)}${coverageBars(result)}</section></div>
</details>
`,
    )
  }</section>`;
}

/** The page of a gate's report. It says whose optimizer it is about and what it was judged as before anything else. @param plots of its bounds. */
export function renderGateHtml(report: GateReport, plots: Html, plotOf: PlotOf): string {
  const title = html`${report.complete ? null : 'NOT COMPLETE: '}${who(report.subject)}, ${judgedAs(report.subject)}: ${outcome(report).word}`;
  const wrong = troublesByKind(report);
  return page(
    title,
    report.claims,
    header(report),
    html`${failures(wrong, plotOf)}
${plots}
${refused(report)}
${guesses(report)}
${claims(report)}
${worstCases(report)}
${details(report, new Set(wrong.map(({ first }) => first)), plotOf)}`,
    legend(VERDICTS.filter((verdict) => verdict !== 'refuted')),
  );
}
