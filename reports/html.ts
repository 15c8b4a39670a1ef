/** The report as one HTML page that needs nothing beside itself: errata first, then every claim, then the evidence. */

import { ARITHMETICS, VERDICTS, type ClaimResult, type Report } from '../src/verdict.js';
import { hasVariants, notJudged } from './account.js';
import { isGateReport } from './gate.js';
import { renderGateHtml } from './gate-html.js';
import {
  anchor,
  badge,
  caseText,
  counterexampleDetail,
  coverageBars,
  coverageSpark,
  evidence,
  legend,
  list,
  math,
  nameAndPlace,
  numbers,
  page,
  scientific,
  times,
} from './html-parts.js';
import { type Html, html, type Part } from './markup.js';
import { specialCaseTables } from './special-cases.js';
import { count, duration, errata, pairs, shortNumber, wholeRun, WORDS, type Erratum, type Pair, type Tone } from './wording.js';

// ---------------------------------------------------------------------------------------------------------------- summary

function banner(report: Report): Html {
  const failed = report.claims.filter(({ verdict }) => WORDS[verdict].tone === 'bad');
  const open = report.claims.filter(({ verdict }) => WORDS[verdict].tone === 'open');
  const note = (tone: Tone | 'bad large', head: string, text: Part): Html => html`<p class="banner ${tone}" role="status"><strong>${head}</strong> ${text}</p>`;
  const links = (results: readonly ClaimResult[]): Part =>
    results.map(({ id, variant, verdict }, index): Part => [
      index === 0 ? null : ', ',
      html`<a href="#${anchor(id)}">${id}</a> ${hasVariants(report) ? `${variant} ` : null}(${verdict})`,
    ]);
  const done = times(report.claims.length, 'result');
  const left = notJudged(report);
  return html`${
    report.complete
      ? null
      : note('bad large', 'NOT COMPLETE.', `The run stopped after ${done}. What is missing here was not checked.`)
  }${failed.length === 0 ? null : note('bad', `${times(failed.length, 'failure')}.`, links(failed))}${
    open.length === 0 ? null : note('open', `${times(open.length, 'result')} left open.`, links(open))
  }${
    report.complete && failed.length === 0 && open.length === 0
      ? note(
        'good',
        'Complete.',
        `Every claim that was asked for has its verdict, and nothing failed that should hold.${left.length === 0 ? '' : ` Not judged: ${left.join(', ')}.`}`,
      )
      : null
  }`;
}

function summary(report: Report): Html {
  const took = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000;
  const totals = VERDICTS.map((verdict) => ({ verdict, number: report.totals[verdict] ?? 0 })).filter(({ number }) => number > 0);
  return html`<header>
<p class="eyebrow">${report.tool.name} ${report.tool.version}</p>
<h1>${report.title ?? 'Optimistic Meta-Gradients: what holds, and what does not'}</h1>
${banner(report)}
<dl class="facts">
<dt>What ran</dt>
<dd><code>${report.command}</code> on ${
    hasVariants(report) ? `${times(pairs(report).length, 'claim')}, ${times(report.claims.length, 'result')}` : times(report.claims.length, 'check')
  },
from <time datetime="${report.startedAt}">${report.startedAt.slice(0, 16).replace('T', ' ')} UTC</time>${took >= 0 ? `, in ${duration(took)}` : null}</dd>
<dt>Seed</dt>
<dd>${report.seed} <span class="soft">— again, with the same cases:</span> <code>${wholeRun(report)}</code></dd>
<dt>Verdicts</dt><dd><ul class="totals">${totals.map(({ verdict, number }) => html`<li>${badge(verdict, number)}</li>`)}</ul>
<div class="share" aria-hidden="true">${
    totals.map(
      ({ verdict, number }) => html`<span class="${WORDS[verdict].tone}" style="flex: ${number}"></span>`,
    )
  }</div></dd>
</dl>
</header>`;
}

// ----------------------------------------------------------------------------------------------------------------- errata

function erratum({ printed, corrected, counterexample, added }: Erratum): Html {
  // The roles repeat what the elements say because a narrow screen lays them out as blocks, which takes it from them.
  return html`<tr role="row">
<th role="rowheader" scope="row" class="claim">${nameAndPlace(printed)}</th>
<td role="cell" class="statement" data-label="As printed">${math(printed.statement)}</td>
<td role="cell" class="statement" data-label="Corrected">${corrected === undefined ? html`<span class="soft">Not part of this run.</span>` : math(corrected.statement)}${
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

function errataSection(report: Report): Html | null {
  if (!hasVariants(report)) return null;
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
<thead role="rowgroup"><tr role="row">${
    ['Claim and place', 'As printed', 'Corrected', 'Counterexample', 'Verdicts'].map(
      (title) => html`<th role="columnheader" scope="col">${title}</th>`,
    )
  }</tr></thead>
<tbody role="rowgroup">${found.map(erratum)}</tbody>
</table></div></section>`;
}

// ----------------------------------------------------------------------------------------------------------------- claims

function claimRows(pair: Pair, arithmetics: readonly string[]): Html {
  const results = [pair.printed, pair.corrected].filter((result) => result !== undefined);
  return html`<tbody>${
    results.map(
      (result, index) =>
        html`<tr>${
          index > 0
            ? null
            : html`<th scope="rowgroup" rowspan="${results.length}">${nameAndPlace(result)}</th>`
        }<th scope="row">${result.variant}</th>
<td>${badge(result.verdict)}${
          result.reason === null || result.verdict === 'holds' || result.verdict === 'refuted'
            ? null
            : html`<small class="reason">${result.reason}</small>`
        }</td>${
          arithmetics.map((arithmetic) => {
            const counts = result.counts.find((entry) => entry.arithmetic === arithmetic);
            return counts === undefined
              ? html`<td class="number soft">–</td>`
              : html`<td class="number count"><b>${count(counts.cases)}</b> / ${count(counts.nonTrivial)} / ${count(counts.rejected)}</td>`;
          })
        }
<td class="number">${result.tightest === null ? html`<span class="soft">–</span>` : shortNumber(result.tightest.ratio)}</td>
<td class="number">${result.falsePass === null ? html`<span class="soft">–</span>` : scientific(result.falsePass)}</td>
<td class="coverage">${coverageSpark(result)}</td>
<td class="number">${result.seconds.toFixed(2)}</td></tr>
`,
    )
  }</tbody>`;
}

function claimsSection(report: Report): Html {
  const used = ARITHMETICS.filter((name) => report.claims.some(({ counts }) => counts.some(({ arithmetic }) => arithmetic === name)));
  return html`<section aria-labelledby="claims"><h2 id="claims">Claims and coverage</h2>
<p>A ratio of 1 is tight: some case reached the bound. A false pass is a false identity that no case in the prime field
gave away; the number bounds its probability. Coverage has a bar for each kind of case that the claim asks for, and says
how many cases were of the rarest.</p>
<div class="scroll" role="region" aria-labelledby="claims-table" tabindex="0"><table class="claims">
<caption id="claims-table"><span>Every claim that ran; for each arithmetic: <b>cases</b> / non-trivial ones / rejected by a hypothesis</span></caption>
<thead><tr><th scope="col">Claim</th><th scope="col">Variant</th><th scope="col">Verdict</th>${
    used.map(
      (name) => html`<th scope="col" class="number">${name}</th>`,
    )
  }<th scope="col" class="number">Tightest ratio</th><th scope="col" class="number">False pass ≤</th>
<th scope="col">Coverage, least</th><th scope="col" class="number">Seconds</th></tr></thead>
${pairs(report).map((pair) => claimRows(pair, used))}
</table></div></section>`;
}

/** What is no claim of the paper: a line says all of it. */
function checksSection(report: Report): Html {
  return html`<section aria-labelledby="claims"><h2 id="claims">What was checked</h2>
<div class="scroll" role="region" aria-labelledby="claims-table" tabindex="0"><table class="checks">
<caption id="claims-table">Every check, how it came out, and why</caption>
<thead><tr><th scope="col">Check</th><th scope="col">Verdict</th><th scope="col">What it says</th><th scope="col">Why</th><th scope="col" class="number">Cases</th></tr></thead>
<tbody>${
    report.claims.map(({ id, verdict, statement, reason, cases }) =>
      html`<tr id="${anchor(id)}"><th scope="row" class="name">${id}</th><td>${badge(verdict)}</td><td>${math(statement)}</td><td>${reason}</td><td class="number">${
        count(cases)
      }</td></tr>
`
    )
  }</tbody>
</table></div></section>`;
}

// ------------------------------------------------------------------------------------------------------------ worst cases

function worstCasesSection({ specialCases = [] }: Report): Html | null {
  if (specialCases.length === 0) return null;
  return html`<section aria-labelledby="worst-cases"><h2 id="worst-cases">Worst cases</h2>
<p>How badly the paper's special cases do on the worst function, or the worst losses, of all, in every dimension. Each number is proved by a certificate in
exact numbers, up to 10⁻⁷ of it, and attained by the method itself on a function that was made for it. <code>omg-oracle worst-case paper</code> has more horizons.</p>
${
    specialCaseTables(specialCases).map(
      ({ title, head, rows }, index) =>
        html`<div class="scroll" role="region" aria-labelledby="worst-cases-${index}" tabindex="0"><table>
<caption id="worst-cases-${index}">${math(title)}</caption>
<thead><tr>${head.map((name) => html`<th scope="col">${math(name)}</th>`)}</tr></thead>
<tbody>${
          rows.map(([name = '', bound = '', ...cells]) =>
            html`<tr><th scope="row">${math(name)}</th><td>${math(bound)}</td>${cells.map((text) => html`<td class="number">${text}</td>`)}</tr>
`
          )
        }</tbody>
</table></div>
`,
    )
  }</section>`;
}

// ---------------------------------------------------------------------------------------------------------------- details

function side(result: ClaimResult): Html {
  const { variant, verdict, statement, strength, hypotheses, reason, tightest, perturbed = 0, suprema = {}, falsePass, counterexample, replay } = result;
  return html`<section><h3>${variant === 'printed' ? 'As printed' : 'Corrected'} ${badge(verdict)}</h3>
<p>${math(statement)}</p>
${reason === null ? null : html`<p>${reason}</p>`}
${
    hypotheses.length === 0
      ? null
      : html`<h4>Hypotheses</h4>${list(hypotheses)}`
  }
<p><small>${strength}; ${times(result.cases, 'case')}, ${count(result.rejected)} rejected${perturbed === 0 ? null : `, and ${count(perturbed)} made from tight ones`}; ${
    duration(result.seconds)
  }${tightest === null ? null : `; tightest ratio ${tightest.ratio} (seed ${tightest.seed}, path ${tightest.path})`}${
    falsePass === null ? null : html`; false pass ≤ ${scientific(falsePass)}`
  }</small></p>
${replay === null ? null : html`<h4>Replay</h4><pre>${replay}</pre>`}
${counterexample === null ? null : counterexampleDetail(counterexample)}
${coverageBars(result)}${
    Object.keys(suprema).length === 0
      ? null
      : html`<h4>Largest ratio by kind of case</h4><dl class="bars">${
        Object.entries(suprema).map(([label, ratio]) =>
          html`<dt>${label}</dt>
<dd><span class="bar" aria-hidden="true"><i style="width: ${(100 * Math.min(Math.max(ratio, 0), 1)).toFixed(1)}%"></i></span><span class="number">${shortNumber(ratio)}</span></dd>`
        )
      }</dl>`
  }${
    tightest === null ? null : html`<details class="case"><summary>The tightest case</summary><pre class="tall" tabindex="0">${caseText(tightest.case)}</pre></details>`
  }</section>`;
}

function detailsSection(report: Report): Html {
  // The anchor is inside: a browser opens what is closed to get to a target, but not the target itself.
  return html`<section aria-labelledby="details"><h2 id="details">Evidence, claim by claim</h2>
<p>Hypotheses, coverage, counterexamples, and the command that replays each.</p>
${
    pairs(report).map(
      ({ id, printed, corrected }) =>
        html`<details class="detail"><summary><span class="name">${id}</span>${printed === undefined ? null : html`<span><small>printed</small> ${badge(printed.verdict)}</span>`}${
          corrected === undefined ? null : html`<span><small>corrected</small> ${badge(corrected.verdict)}</span>`
        }</summary>
<div class="sides" id="${anchor(id)}">${[printed, corrected].map((result) => (result === undefined ? null : side(result)))}</div>
</details>
`,
    )
  }</section>`;
}

// ----------------------------------------------------------------------------------------------------------------- replay

function replaySection(report: Report): Html {
  const replays = report.claims.flatMap((result) => (result.replay === null ? [] : [{ result, replay: result.replay }]));
  return html`<section aria-labelledby="replay"><h2 id="replay">How to replay</h2>
<p>The same version and seed draw the same cases, whatever the number of cores:</p>
<pre>${wholeRun(report)}</pre>
${
    replays.length === 0
      ? null
      : html`<p>Every counterexample is a file of its own, which is run again without the search. All of them: <code>omg-oracle replay report.json</code>, with the one beside this page.</p>
<details class="case"><summary>The command for each counterexample</summary><div class="scroll" role="region" aria-labelledby="replays" tabindex="0"><table>
<caption id="replays">One command a counterexample</caption>
<thead><tr><th scope="col">Claim</th><th scope="col">Variant</th><th scope="col">Command</th></tr></thead>
<tbody>${
        replays.map(({ result: { id, variant }, replay }) =>
          html`<tr><th scope="row"><a href="#${anchor(id)}">${id}</a></th><td>${variant}</td><td><code>${replay}</code></td></tr>
`
        )
      }</tbody></table></div></details>`
  }</section>`;
}

/**
 * The report as one self-contained page: no script, no font, no image, nothing loaded from anywhere. Everything in the
 * report is text to it, whatever it looks like.
 */
export async function renderHtml(report: Report): Promise<string> {
  const { figure1Section, figure2Section, slackSection, tightnessSection } = await drawings(report);
  if (isGateReport(report)) return renderGateHtml(report, html`${tightnessSection(report)}${slackSection(report)}`);
  const title = html`${report.complete ? null : 'NOT COMPLETE: '}${report.title ?? report.tool.name} report, seed ${String(report.seed)}`;
  return page(
    title,
    summary(report),
    html`${errataSection(report)}
${tightnessSection(report)}
${slackSection(report)}
${worstCasesSection(report)}
${figure1Section(report)}
${figure2Section(report)}
${
      hasVariants(report) ?
        html`${claimsSection(report)}
${detailsSection(report)}` :
        checksSection(report)
    }
${replaySection(report)}`,
    legend(VERDICTS),
  );
}

/** The sections that have plots. What draws them is loaded only where one has something to draw. */
async function drawings(
  report: Report,
): Promise<{ readonly [section in 'figure1Section' | 'figure2Section' | 'slackSection' | 'tightnessSection']: (report: Report) => Html | null }> {
  const nothing = (): null => null;
  const { figure1, figure2, claims } = report;
  if (figure1 === undefined && figure2 === undefined && !claims.some(({ ratios, slack }) => ratios !== undefined || slack !== undefined)) {
    return { figure1Section: nothing, figure2Section: nothing, slackSection: nothing, tightnessSection: nothing };
  }
  const [bounds, figures] = await Promise.all([import('./bounds.js'), import('./figures-html.js')]);
  return { ...bounds, ...figures };
}
