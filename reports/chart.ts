/** Line charts as SVG: a grid of panels, drawn from numbers alone. */

import { type Html, html, type Part } from './markup.js';
import { CHART_STYLE } from './style.js';

export interface Axis {
  readonly label: string;
  readonly scale: 'linear' | 'log';
  readonly min: number;
  readonly max: number;
}

export interface Series {
  readonly name: string;
  /** y is null where there is none. */
  readonly points: readonly (readonly [x: number, y: number | null])[];
  /** Around the line: an interval at each x. */
  readonly band?: readonly (readonly [x: number, low: number, high: number])[];
}

export interface Panel {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** At most four: each has a colour and dashes by its place, the same in every panel. */
  readonly series: readonly Series[];
}

export interface Chart {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  /** What it shows, for whoever does not see it. */
  readonly description: string;
  readonly columns: number;
  /** Of one panel, with its words. */
  readonly size: { readonly width: number; readonly height: number };
  readonly panels: readonly Panel[];
}

/** What a panel's words take of it. */
const AROUND = { left: 48, right: 18, top: 24, bottom: 40 } as const;
/** An entry of the legend. */
const ENTRY = { width: 190, height: 18 } as const;

/** 0 at the axis's lower end, 1 at its upper. What has no logarithm is far below. */
function place({ scale, min, max }: Axis, value: number): number {
  if (scale === 'linear') return (value - min) / (max - min);
  return (Math.log10(Math.max(value, Number.MIN_VALUE)) - Math.log10(min)) / (Math.log10(max) - Math.log10(min));
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const power = (exponent: number): string => `10${exponent < 0 ? '⁻' : ''}${Array.from(String(Math.abs(exponent)), (digit) => SUPERSCRIPTS[Number(digit)]).join('')}`;

interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Some four to six, at powers of ten or at round numbers. */
function ticks({ scale, min, max }: Axis): readonly Tick[] {
  if (scale === 'log') {
    const [first, last] = [Math.ceil(Math.log10(min) - 1e-9), Math.floor(Math.log10(max) + 1e-9)];
    const every = Math.max(1, Math.ceil((last - first) / 5));
    return Array.from({ length: Math.max(0, Math.floor((last - first) / every)) + 1 }, (_, i) => ({ value: 10 ** (first + i * every), label: power(first + i * every) }));
  }
  const rough = (max - min) / 4;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * ten).find((width) => width >= rough) ?? 10 * ten;
  const first = Math.ceil(min / step - 1e-9);
  return Array.from({ length: Math.floor(max / step + 1e-9) - first + 1 }, (_, i) => ({ value: (first + i) * step, label: String(Number(((first + i) * step).toPrecision(6))) }));
}

const one = (x: number): string => x.toFixed(1);

/** Outside of the axis a line stops at its edge. */
function path(points: Series['points'], at: (x: number) => number, up: (y: number) => number, low: number, high: number): string {
  let drawing = false;
  return points.map(([x, y]) => {
    if (y === null || !Number.isFinite(y)) {
      drawing = false;
      return '';
    }
    const height = up(y);
    const inside = height >= low && height <= high;
    const started = drawing;
    if (!inside && !started) return '';
    drawing = inside;
    return `${started ? 'L' : 'M'}${one(at(x))} ${one(Math.min(Math.max(height, low), high))}`;
  }).join('');
}

function panel({ title, x, y, series }: Panel, size: Chart['size'], left: number, top: number): Html {
  const [width, height] = [size.width - AROUND.left - AROUND.right, size.height - AROUND.top - AROUND.bottom];
  const [x0, y0] = [left + AROUND.left, top + AROUND.top];
  const at = (value: number): number => x0 + width * place(x, value);
  const up = (value: number): number => y0 + height * (1 - place(y, value));
  const clamped = (value: number): string => one(Math.min(Math.max(up(value), y0), y0 + height));
  const bands = series.map(({ band = [] }, i): Part => band.length === 0 ? null : html`<path class="band b${i}" d="${
    `M${[...band.map(([u, , upper]) => `${one(at(u))} ${clamped(upper)}`), ...band.toReversed().map(([u, lower]) => `${one(at(u))} ${clamped(lower)}`)].join('L')}Z`}"/>`);
  return html`<g>
<text class="head" x="${one(x0 + width / 2)}" y="${one(top + 14)}" text-anchor="middle">${title}</text>
${ticks(x).map(({ value, label }) => html`<path class="grid" d="M${one(at(value))} ${one(y0)}V${one(y0 + height)}"/><text class="soft" x="${one(at(value))}" y="${one(y0 + height + 14)}" text-anchor="middle">${label}</text>`)}
${ticks(y).map(({ value, label }) => html`<path class="grid" d="M${one(x0)} ${one(up(value))}H${one(x0 + width)}"/><text class="soft" x="${one(x0 - 5)}" y="${one(up(value) + 4)}" text-anchor="end">${label}</text>`)}
<path class="axis" d="M${one(x0)} ${one(y0)}V${one(y0 + height)}H${one(x0 + width)}"/>
<text class="soft" x="${one(x0 + width / 2)}" y="${one(y0 + height + 30)}" text-anchor="middle">${x.label}</text>
<text class="soft" transform="translate(${one(left + 10)} ${one(y0 + height / 2)}) rotate(-90)" text-anchor="middle">${y.label}</text>
${bands}${series.map(({ points }, i) => html`<path class="line s${i}" d="${path(points, at, up, y0, y0 + height)}"/>`)}
</g>
`;
}

/** The chart as a part of a page. @param root attributes that a file of its own needs beside. */
export function chartHtml(chart: Chart, root: Part = null, style: Part = null): Html {
  const { id, title, description, columns, size, panels } = chart;
  const names = panels[0]?.series.map(({ name }) => name) ?? [];
  const width = columns * size.width;
  const entries = Math.max(1, Math.floor((width - AROUND.left) / ENTRY.width));
  const legend = 8 + ENTRY.height * Math.ceil(names.length / entries);
  const entry = (name: string, i: number): Html => {
    const [x, y] = [AROUND.left + ENTRY.width * (i % entries), 13 + ENTRY.height * Math.floor(i / entries)];
    return html`<path class="line s${i}" d="M${x} ${y}h28"/><text x="${x + 34}" y="${y + 4}">${name}</text>`;
  };
  return html`<svg${root} class="chart" viewBox="0 0 ${width} ${legend + Math.ceil(panels.length / columns) * size.height}" role="img" aria-labelledby="${id}-title ${id}-text">
<title id="${id}-title">${title}</title>
<desc id="${id}-text">${description}</desc>${style}
${names.map(entry)}
${panels.map((each, i) => panel(each, size, size.width * (i % columns), legend + size.height * Math.floor(i / columns)))}
</svg>`;
}

/** The chart as a file of its own, in light and dark. */
export function chartFile(chart: Chart): string {
  const source = chartHtml(chart, html` xmlns="http://www.w3.org/2000/svg"`, html`\n<style>${CHART_STYLE}</style>`).source;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${source}\n`;
}
