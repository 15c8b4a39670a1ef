/** The paper's figures on the page of a report. */

import type { Report } from '../src/verdict.js';
import { figure1Chart, figure1Tables } from './figure-1.js';
import { figure2Chart, figure2Findings, figure2Table } from './figure-2.js';
import { math, table } from './html-parts.js';
import { chartHtml } from './line-chart.js';
import { type Html, html } from './markup.js';

/** @param id of the caption */
const figureTable = (id: string, { title, head, rows }: { readonly title: string; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] }): Html =>
  html`<details class="case"><summary>${math(title)}</summary>${
    table(id, math(title), head.map((name) => ({ title: name })), rows.map((cells) => ({ cells: cells.map((text, i) => (i === 0 ? text : math(text))) })))
  }</details>`;

export function figure1Section({ figure1 }: Report): Html | null {
  if (figure1 === undefined) return null;
  const { model, parameters, image, batch, classes, steps, device, claim } = figure1;
  return html`<section aria-labelledby="figure1"><h2 id="figure1">Figure 1</h2>
<p>The paper’s Figure 1, at another scale: ${model} with ${
    parameters.toLocaleString('en')
  } parameters, ${steps} steps of ${batch} made-up pictures of ${image}×${image} in ${classes} classes, on ${device}. Pictures, sizes and sweeps are choices of
this package. <code>${claim.id}</code>: <strong>${claim.verdict}</strong>, ${claim.reason}.</p>
${chartHtml(figure1Chart(figure1))}
${figure1Tables(figure1).map((table, i) => figureTable(`figure-1-table-${i + 1}`, table))}
</section>`;
}

export function figure2Section({ figure2 }: Report): Html | null {
  if (figure2 === undefined) return null;
  return html`<section aria-labelledby="figures"><h2 id="figures">Figure 2</h2>
<p>The paper’s Figure 2, computed: f(x) = xᵀQx from (${
    figure2.start.join(', ')
  }), ${figure2.iterations} iterations. Top: loss by iteration with the best hyper-parameters of a sweep; bottom: its sum
by learning rate. The Qs are drawn with seed ${figure2.seed}; how, and the sweeps, are choices of this package, as the paper’s are not public. ${figure2Findings(figure2).join(' ')}
What can be proved of it is the claim <code>figure-2-never-worse</code>. <code>npx omg-oracle figures</code> has the figures alone.</p>
${chartHtml(figure2Chart(figure2))}
${figureTable('figure-2-table', figure2Table(figure2))}
</section>`;
}
