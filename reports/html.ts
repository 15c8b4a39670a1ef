/** The report as one HTML page that needs nothing beside itself: errata first, then every claim, then the evidence. */

import { ARITHMETICS, ERROR_KINDS, VARIANTS, VERDICTS, type ClaimResult, type ErrorKind, type Report } from '../src/verdict.js';
import { hasVariants, notJudged, outcome, toneOf } from './account.js';
import { isGateReport } from './gate.js';
import { renderGateHtml } from './gate-html.js';
import {
  about,
  against,
  anchor,
  badge,
  barList,
  caseText,
  command,
  counterexampleDetail,
  coverageBars,
  coverageSpark,
  evidence,
  legend,
  list,
  math,
  numbers,
  page,
  scientific,
  some,
  table,
  times,
} from './html-parts.js';
import { type Html, html, type Part } from './markup.js';
import { pathOf } from './paths.js';
import { specialCaseTables } from './special-cases.js';
import { count, duration, errata, ERRORS, pairs, place, shortNumber, wholeRun, WORDS, type Erratum, type Pair, type Tone } from './wording.js';

// ---------------------------------------------------------------------------------------------------------------- summary

/** So many results are named where a summary has to fit on a screen. */
const NAMED = 8;

function banner(report: Report): Html {
  const failed = report.claims.filter(({ verdict }) => WORDS[verdict].tone === 'bad');
  const open = report.claims.filter(({ verdict }) => WORDS[verdict].tone === 'open');
  const note = (tone: Tone | 'bad large', head: string, text: Part): Html => html`<p class="banner ${tone}" role="status"><strong>${head}</strong> ${text}</p>`;
  const links = (results: readonly ClaimResult[]): Part =>
    some(results.map(({ id, variant, verdict }) => html`<a href="#${anchor(id)}">${id}</a> ${hasVariants(report) ? `${variant} ` : null}(${verdict})`), NAMED);
  const done = times(report.claims.length, 'result');
  return html`${
    report.complete
      ? null
      : note('bad large', 'NOT COMPLETE.', `The run stopped after ${done}. What is missing here was not checked.`)
  }${failed.length === 0 ? null : note('bad', `${times(failed.length, 'failure')}.`, links(failed))}${
    open.length === 0 ? null : note('open', `${times(open.length, 'result')} left open.`, links(open))
  }${report.complete && report.claims.length === 0 ? note('open', 'Not judged.', `${outcome(report).reason}.`.replace(/^./u, (letter) => letter.toUpperCase())) : null}${
    report.complete && report.claims.length > 0 && failed.length === 0 && open.length === 0
      ? note('good', 'Complete.', 'Every claim that was asked for has its verdict, and nothing failed that should hold.')
      : null
  }`;
}

const totals = (results: readonly ClaimResult[]): Html => {
  const counts = VERDICTS.map((verdict) => ({ verdict, number: results.filter((result) => result.verdict === verdict).length })).filter(({ number }) => number > 0);
  return html`<ul class="totals">${counts.map(({ verdict, number }) => html`<li>${badge(verdict, number)}</li>`)}</ul>`;
};

/** What is to be known before anything else, on one screen: how it came out, what it says nothing of, and how to have it again. */
function summary(report: Report): Html {
  const took = (Date.parse(report.finishedAt) - Date.parse(report.startedAt)) / 1000;
  const [both, left] = [hasVariants(report), notJudged(report)];
  const parts = both ? VARIANTS.map((variant) => report.claims.filter((result) => result.variant === variant)).filter((results) => results.length > 0) : [report.claims];
  return html`<header>
<p class="eyebrow">${report.tool.name} ${report.tool.version}</p>
<h1 id="summary">${report.title ?? 'Optimistic Meta-Gradients: what holds, and what does not'}</h1>
${banner(report)}
<dl class="facts">
${parts.map((results) => html`<dt>${!both ? 'Verdicts' : results[0]?.variant === 'printed' ? 'As printed' : 'Corrected'}</dt><dd>${totals(results)}</dd>`)}
<dt>Not covered</dt>
<dd>${
    left.length === 0 ? 'Nothing that was asked for.' : `Not judged: ${left.join(', ')}.`
  } <span class="soft">What holds was not refuted by its cases: strong evidence, and no proof.</span></dd>
<dt>What ran</dt>
<dd>${
    both ? `${times(pairs(report).length, 'claim')}, ${times(report.claims.length, 'result')}` : times(report.claims.length, 'check')
  }, from <time datetime="${report.startedAt}">${report.startedAt.slice(0, 16).replace('T', ' ')} UTC</time>${took >= 0 ? `, in ${duration(took)}` : null}</dd>
<dt>Run it again</dt>
<dd>${command(wholeRun(report))} <span class="soft">seed ${report.seed}: the same cases</span></dd>${
    both ?
      html`<dt>The paper</dt>
<dd>S. Flennerhag, T. Zahavy, B. O’Donoghue, H. van Hasselt, A. György, S. Singh. <cite>Optimistic Meta-Gradients.</cite> NeurIPS 2023</dd>` :
      null
  }
</dl>
</header>`;
}

// ----------------------------------------------------------------------------------------------------------------- errata

const inSection = (section: string): string => `section-${section}`;

/** A claim, which leads to what is known of it, and its place, which leads to the others of that section of the paper. */
const nameInPaper = ({ id, source }: ClaimResult): Html =>
  html`<a class="name" href="#${anchor(id)}">${id}</a><small><a href="#${inSection(source.section)}">${place(source)}</a></small>`;

const verdictOf = (result: ClaimResult | undefined): Html =>
  html`<span class="of">${result === undefined ? null : html`<small>${result.variant}</small> ${badge(result.verdict)}`}</span>`;

function erratum({ printed, corrected, counterexample, added }: Erratum): Html {
  // The roles repeat what the elements say because a narrow screen lays them out as blocks, which takes it from them.
  return html`<tr role="row" class="${toneOf(printed)}"${about(printed, ...(corrected === undefined ? [] : [corrected.verdict]))}>
<th role="rowheader" scope="row" class="claim">${nameInPaper(printed)}</th>
<td role="cell" data-label="As printed">${badge(printed.verdict)} ${math(printed.statement)}${
    counterexample === null ? null : html`<details class="case"><summary>${numbers(counterexample)}</summary>
${against(counterexample)}${evidence(counterexample)}</details>`
  }</td>
<td role="cell" data-label="What holds instead">${
    corrected === undefined ? html`<span class="soft">Not part of this run.</span>` : html`${badge(corrected.verdict)} ${math(corrected.statement)}`
  }${
    added.length === 0
      ? null
      : html`<details class="case"><summary>provided that …</summary>${list(added)}</details>`
  }</td>
</tr>`;
}

/** What was read off a drawing, or made precise by us, is closed: the paper's own slips come first. */
const BEHIND: readonly (ErrorKind | undefined)[] = ['empirical', 'prose'];

function errataTable(kind: ErrorKind | undefined, found: readonly Erratum[]): Html {
  const [word, told] = kind === undefined ? ['What is false as printed', ''] : ERRORS[kind];
  const title = html`${word.replace(/^./u, (letter) => letter.toUpperCase())} <small>(${times(found.length, 'statement')})</small>`;
  const shown = html`<div class="scroll errata"><table role="table">
<caption>${math(told)}<span class="aside"> What is printed, with both sides of a counterexample, and what holds instead</span></caption>
<thead role="rowgroup"><tr role="row">${
    [['claim', 'Claim and place'], ['printed', 'As printed'], ['holds', 'What holds instead']].map(
      ([name = '', column = '']) => html`<th role="columnheader" scope="col" class="${name}">${column}</th>`,
    )
  }</tr></thead>
<tbody role="rowgroup">${found.map(erratum)}</tbody>
</table></div>`;
  return BEHIND.includes(kind) ? html`<details class="case" data-group><summary>${title}</summary>${shown}</details>` : html`<div data-group><h3>${title}</h3>${shown}</div>`;
}

function errataSection(report: Report): Html | null {
  if (!hasVariants(report)) return null;
  const found = errata(report);
  if (found.length === 0) {
    return html`<section aria-labelledby="errata"><h2 id="errata">Errata</h2>
<p>No printed statement is refuted in this run.</p></section>`;
  }
  return html`<section aria-labelledby="errata" data-group><h2 id="errata">Errata</h2>
<p>${times(found.length, 'statement')} of the paper ${found.length === 1 ? 'is' : 'are'} false as printed.
Each comes with numbers that can be checked with a pencil.</p>
${
    [...ERROR_KINDS, undefined].flatMap((kind) => {
      const own = found.filter(({ printed: { error } }) => error === kind);
      return own.length === 0 ? [] : [errataTable(kind, own)];
    })
  }</section>`;
}

// ----------------------------------------------------------------------------------------------------------------- claims

const resultsOf = ({ printed, corrected }: Pair): readonly ClaimResult[] => [printed, corrected].filter((result) => result !== undefined);

/** What is shown, or left out, with both results of a claim. */
function aboutPair(pair: Pair): Html | null {
  const [first, ...others] = resultsOf(pair);
  return first === undefined ? null : about(first, ...others.map(({ verdict }) => verdict));
}

/** The tone of a claim in lists: what failed before what is open before what is false in the paper. */
const pairTone = (pair: Pair): Tone => (['bad', 'open', 'known', 'good'] as const).find((tone) => resultsOf(pair).some((result) => toneOf(result) === tone)) ?? 'quiet';

function claimRows(pair: Pair, arithmetics: readonly string[]): Html {
  const results = resultsOf(pair);
  return html`<tbody${aboutPair(pair)}>${
    results.map(
      (result, index) =>
        html`<tr class="${toneOf(result)}">${
          index > 0
            ? null
            : html`<th scope="rowgroup" rowspan="${results.length}">${nameInPaper(result)}</th>`
        }<th scope="row">${badge(result.verdict)} <small>${result.variant}</small></th>${
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

/** How many cases of what kind each verdict stands on. */
function numbersTable(report: Report): Html {
  const used = ARITHMETICS.filter((name) => report.claims.some(({ counts }) => counts.some(({ arithmetic }) => arithmetic === name)));
  return html`<details class="case" data-group><summary>Cases, coverage and time in numbers</summary>
<p>A ratio of 1 is tight: some case reached the bound. A false pass is a false identity that no case in the prime field
gave away; the number bounds its probability. Coverage has a bar for each kind of case that the claim asks for, and says
how many cases were of the rarest.</p>
<div class="scroll" role="region" aria-labelledby="claims-table" tabindex="0"><table class="claims">
<caption id="claims-table"><span>Every claim that ran; for each arithmetic: <b>cases</b> / non-trivial ones / rejected by a hypothesis</span></caption>
<thead><tr><th scope="col">Claim</th><th scope="col">Verdict</th>${
    used.map(
      (name) => html`<th scope="col" class="number">${name}</th>`,
    )
  }<th scope="col" class="number">Tightest ratio</th><th scope="col" class="number">False pass ≤</th>
<th scope="col">Coverage, least</th><th scope="col" class="number">Seconds</th></tr></thead>
${pairs(report).map((pair) => claimRows(pair, used))}
</table></div></details>`;
}

/** What is no claim of the paper: a line says all of it. */
function checksSection(report: Report): Html {
  const columns = [{ title: 'Check' }, { title: 'Verdict' }, { title: 'What it says' }, { title: 'Why' }, { title: 'Cases', number: true }];
  const rows = report.claims.map((result) => {
    const { id, verdict, statement, reason, cases } = result;
    return { cells: [html`<span class="name" id="${anchor(id)}">${id}</span>`, badge(verdict), math(statement), reason, count(cases)], tone: toneOf(result), about: about(result) };
  });
  return html`<section aria-labelledby="claims" data-group><h2 id="claims">What was checked</h2>
${table('claims-table', 'Every check, how it came out, and why', columns, rows, 'checks')}</section>`;
}

// ------------------------------------------------------------------------------------------------------------ worst cases

function worstCasesSection({ specialCases = [] }: Report): Html | null {
  if (specialCases.length === 0) return null;
  return html`<section aria-labelledby="worst-cases"><h2 id="worst-cases">Worst cases</h2>
<p>How badly the paper's special cases do on the worst function, or the worst losses, of all, in every dimension. Each number is proved by a certificate in
exact numbers, up to 10⁻⁷ of it, and attained by the method itself on a function that was made for it. <code>npx omg-oracle worst-case paper</code> has more horizons.</p>
${
    specialCaseTables(specialCases).map(({ title, head, rows }, index) =>
      html`<details class="case"><summary>${math(title)} <small>(${times(rows.length, 'method')})</small></summary>${
        table(
          `worst-cases-${index}`,
          math(title),
          head.map((name, i) => ({ title: name, number: i > 1 })),
          rows.map((cells) => ({ cells: cells.map((text, i) => (i > 1 ? text : math(text))) })),
        )
      }</details>
`
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
${replay === null ? null : html`<h4>Replay</h4><p>${command(replay)}</p>`}
${counterexample === null ? null : counterexampleDetail(counterexample)}
${coverageBars(result)}${
    Object.keys(suprema).length === 0 ? null : barList('Largest ratio by kind of case', Object.entries(suprema).map(([label, ratio]) => [label, ratio, shortNumber(ratio)]))
  }${
    tightest === null ? null : html`<details class="case"><summary>The tightest case</summary><pre class="tall" tabindex="0">${caseText(tightest.case)}</pre></details>`
  }</section>`;
}

function claimDetail(pair: Pair): Html {
  const { id, printed, corrected } = pair;
  const results = resultsOf(pair);
  const reasons = results.flatMap(({ verdict, reason }) => (reason === null || verdict === 'holds' || verdict === 'refuted' ? [] : [reason]));
  // The anchor is inside: a browser opens what is closed to get to a target, but not the target itself.
  return html`<details class="detail ${pairTone(pair)}"${aboutPair(pair)}><summary><span class="name">${id}</span><small class="place">${
    results[0] === undefined ? null : place(results[0].source)
  }</small>${[printed, corrected].map(verdictOf)}${reasons.map((reason) => html`<small class="reason">${reason}</small>`)}</summary>
<div id="${anchor(id)}"><p class="in-full"><small>In full, with its proof, in docs/claims/${id}.md of the package:</small> ${command(`npx omg-oracle claims ${id}`)}</p>
<div class="sides">${results.map(side)}</div></div>
</details>
`;
}

/** Every claim with its verdicts, section by section of the paper, and what is known of it behind. */
function claimsSection(report: Report): Html {
  const all = pairs(report);
  const sectionOf = (pair: Pair): string => resultsOf(pair)[0]?.source.section ?? '';
  return html`<section aria-labelledby="claims" data-group><h2 id="claims">Claims</h2>
<p>In the order of the paper. Behind each: hypotheses, coverage, counterexamples, and the command that replays each.</p>
${
    [...new Set(all.map(sectionOf))].map((section) =>
      html`<div data-group><h3 id="${inSection(section)}">${place({ section, label: '' })}</h3>
${all.filter((pair) => sectionOf(pair) === section).map(claimDetail)}</div>
`
    )
  }
${numbersTable(report)}</section>`;
}

// ----------------------------------------------------------------------------------------------------------------- replay

function replaySection(report: Report): Html {
  const replays = report.claims.flatMap((result) => (result.replay === null ? [] : [{ result, replay: result.replay }]));
  const rows = replays.map(({ result, replay }) => ({ cells: [html`<a href="#${anchor(result.id)}">${result.id}</a>`, result.variant, command(replay)], about: about(result) }));
  return html`<section aria-labelledby="replay"><h2 id="replay">How to replay</h2>
<p>The same version and seed draw the same cases, whatever the number of cores:</p>
<p>${command(wholeRun(report))}</p>
${
    replays.length === 0
      ? null
      : html`<p>Every counterexample is a file of its own, which is run again without the search. All of them: <code>npx omg-oracle replay report.json</code>, with the one beside this page.</p>
<details class="case" data-group><summary>The command for each counterexample</summary>${
        table('replays', 'One command a counterexample', [{ title: 'Claim' }, { title: 'Variant' }, { title: 'Command' }], rows)
      }</details>`
  }</section>`;
}

/** The report as one self-contained page: no font, no image, nothing loaded from anywhere. Everything in the report is text to it, whatever it looks like. */
export async function renderHtml(report: Report): Promise<string> {
  const { figure1Section, figure2Section, pathPlot, slackSection, tightnessSection } = await drawings(report);
  if (isGateReport(report)) return renderGateHtml(report, html`${tightnessSection(report)}${slackSection(report)}`, pathPlot);
  const title = html`${report.complete ? null : 'NOT COMPLETE: '}${report.title ?? report.tool.name} report, seed ${String(report.seed)}`;
  return page(
    title,
    report.claims,
    summary(report),
    html`${errataSection(report)}
${hasVariants(report) ? claimsSection(report) : checksSection(report)}
${tightnessSection(report)}
${slackSection(report)}
${worstCasesSection(report)}
${figure1Section(report)}
${figure2Section(report)}
${replaySection(report)}`,
    legend(VERDICTS),
  );
}

type Section = (report: Report) => Html | null;

/** What has plots. What draws them is loaded only where there is something to draw. */
async function drawings(
  report: Report,
): Promise<
  { readonly [section in 'figure1Section' | 'figure2Section' | 'slackSection' | 'tightnessSection']: Section } & { readonly pathPlot: (result: ClaimResult) => Html | null }
> {
  const nothing = (): null => null;
  const { figure1, figure2, claims } = report;
  if (
    figure1 === undefined && figure2 === undefined &&
    !claims.some(({ counterexample, ratios, slack }) => ratios !== undefined || slack !== undefined || pathOf(counterexample) !== null)
  ) {
    return { figure1Section: nothing, figure2Section: nothing, pathPlot: nothing, slackSection: nothing, tightnessSection: nothing };
  }
  const [bounds, figures, paths] = await Promise.all([import('./bounds.js'), import('./figures-html.js'), import('./path-plot.js')]);
  return { ...bounds, ...figures, ...paths };
}
