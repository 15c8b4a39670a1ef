import { SCRIPT } from '../../reports/script.js';
import { STYLE } from '../../reports/style.js';

/** A page without its own sheet and script, which stand in it once each, to the letter: whatever else is markup came from a report. */
export function withoutOwn(page: string): string {
  return [`<style>${STYLE}</style>`, `<script>${SCRIPT}</script>`].reduce((rest, own) => {
    const [before, after, ...more] = rest.split(own);
    if (after === undefined || more.length > 0) throw new Error(`not once in the page: ${own.slice(0, 40)}`);
    return before! + after;
  }, page);
}
