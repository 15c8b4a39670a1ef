/**
 * Charts as SVG, drawn by Observable Plot on a document that needs no browser. What they are drawn with takes a good part of a second to load: it is
 * imported only where there is something to draw.
 */

import * as Plot from '@observablehq/plot';
import { DOMImplementation, type Element, XMLSerializer } from '@xmldom/xmldom';
import { Html } from './markup.js';
import { CHART_STYLE } from './style.js';
import { clean } from './wording.js';

const SVG = 'http://www.w3.org/2000/svg';

/** What a chart is called, and what it shows, for whoever does not see it. */
export interface Words {
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

/** What Plot is told, but for the document and the names of classes. */
export type Options = Omit<Plot.PlotOptions, 'document' | 'className'>;

const xml = (): ReturnType<DOMImplementation['createDocument']> => new DOMImplementation().createDocument(SVG, 'svg', null);

function named(svg: Element, words: Words): Element {
  const [id, title, description] = [words.id, words.title, words.description].map(clean) as [string, string, string];
  svg.setAttribute('class', 'chart');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-labelledby', `${id}-title ${id}-text`);
  const document = svg.ownerDocument!;
  const [name, text] = [document.createElementNS(SVG, 'title'), document.createElementNS(SVG, 'desc')];
  name.setAttribute('id', `${id}-title`);
  text.setAttribute('id', `${id}-text`);
  name.textContent = title;
  text.textContent = description;
  svg.insertBefore(text, svg.firstChild);
  svg.insertBefore(name, text);
  return svg;
}

/** As Plot draws it, without a style of its own (the page has one), and without names for its groups, which belong to an image that has one. */
function drawn(options: Options): Element {
  // Its types are those of a browser's document, of which the package knows nothing.
  const given: Record<string, unknown> = { ...options, document: xml(), className: 'chart' };
  const svg = Plot.plot(given) as unknown as Element;
  for (const child of Array.from(svg.childNodes)) {
    if (child.nodeName === 'style') svg.removeChild(child);
    else bare(child as Element);
  }
  return svg;
}

function bare(group: Element): void {
  for (const name of ['aria-label', 'aria-hidden', 'aria-description']) group.removeAttribute(name);
  for (const child of Array.from(group.childNodes)) if (child.nodeName === 'g') bare(child as Element);
}

/** Coordinates to a hundredth: what is finer is not seen, and a page has many. */
const serialized = (svg: Element): string =>
  new XMLSerializer().serializeToString(svg).replace(/ (?:d|transform|x|y|width|height|[xyr][12]?|c[xy])="[^"]*"/gu, (attribute) => attribute.replace(/(\.\d\d)\d+/gu, '$1'));

/** A chart as part of a page. */
export const plotHtml = (words: Words, options: Options): Html => new Html(serialized(named(drawn(options), words)).replace(` xmlns="${SVG}"`, ''));

/** Charts side by side, as a file of its own, in light and dark. @param panels row by row, all of one size; the first is above them, and as wide as all. */
export function plotFile(words: Words, [head, ...panels]: readonly Options[], columns: number): string {
  const document = xml();
  const root = document.documentElement!;
  const style = document.createElementNS(SVG, 'style');
  style.textContent = CHART_STYLE;
  const { width: cell = 0, height: tall = 0 } = panels[0] ?? {};
  const top = head?.height ?? 0;
  root.setAttribute('viewBox', `0 0 ${columns * cell} ${top + Math.ceil(panels.length / columns) * tall}`);
  named(root, words).appendChild(style);
  const place = (options: Options | undefined, x: number, y: number): void => {
    if (options === undefined) return;
    const svg = drawn(options);
    svg.setAttribute('x', String(x));
    svg.setAttribute('y', String(y));
    root.appendChild(document.importNode(svg, true));
  };
  place(head, 0, 0);
  panels.forEach((options, i) => place(options, cell * (i % columns), top + tall * Math.floor(i / columns)));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${serialized(root)}\n`;
}
