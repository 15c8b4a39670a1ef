/** HTML that cannot be forgotten to be escaped: only what was built here goes in as it is, every string is text. */

import { clean } from './wording.js';

/** A piece of finished HTML. */
export class Html {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

export type Part = Html | string | number | null | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function render(part: Part): string {
  if (part === null) return '';
  if (part instanceof Html) return part.source;
  if (typeof part === 'object') return part.map(render).join('');
  return clean(String(part)).replace(/[&<>"']/gu, (character) => ENTITIES[character]!);
}

/** A template of HTML. Attribute values stand in double quotes. */
export function html(template: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(String.raw({ raw: template }, ...parts.map(render)));
}
