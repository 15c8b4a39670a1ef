/** A claim's page as a reader has it: its text alone, without the package. Only node's own modules are used here. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const CLAIMS = fileURLToPath(new URL('../../../docs/claims/', import.meta.url));

export interface Printed {
  /** "1/2 > 1/3" */
  readonly sides: string;
  readonly says: string;
  /** "name = value", a line each. */
  readonly values: ReadonlyMap<string, string>;
  /** By what stands above it; '' where nothing does. A table's rows by the names of its columns. */
  readonly tables: ReadonlyMap<string, readonly ReadonlyMap<string, string>[]>;
}

/** Markdown as text: a_t for what is set below the line, a^t for what is above it. */
function textOf(markdown: string): string {
  return markdown
    .replaceAll(/<(sub|sup)>(.*?)<\/\1>/gu, (_, kind: string, inner: string) => `${kind === 'sub' ? '_' : '^'}${inner.length === 1 ? inner : `{${inner}}`}`)
    .replaceAll(/\\(.)/gu, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
    .replaceAll('\u00a0', ' ');
}

/** Every counterexample of docs/claims/ID.md, in its order. */
export function printedCounterexamples(id: string): readonly Printed[] {
  const page = readFileSync(`${CLAIMS}${id}.md`, 'utf8');
  const from = page.search(/^## Counterexample$/mu);
  if (from < 0) return [];
  const part = page.slice(from, page.indexOf('\n## How it is tested'));
  return part.split(/^### /mu).slice(1).map((section) => {
    const [sides = '', ...lines] = section.split('\n');
    const values = new Map<string, string>();
    const tables = new Map<string, ReadonlyMap<string, string>[]>();
    let [title, says] = ['', ''];
    let head: readonly string[] | null = null;
    for (const line of lines) {
      const text = textOf(line);
      if (line.startsWith('| ---')) continue;
      if (line.startsWith('| ')) {
        const cells = line.slice(2, -2).split(' | ').map((cell) => textOf(cell).trim());
        if (head === null) tables.set(title, []);
        else tables.get(title)!.push(new Map(cells.map((cell, i) => [head![i]!, cell])));
        head ??= cells;
        continue;
      }
      head = null;
      if (text.startsWith('- ')) values.set(...split(text.slice(2)));
      else if (text.startsWith('What it says here: ')) says = text.slice('What it says here: '.length);
      else if (text !== '') title = text.replace(/:$/u, '');
    }
    return { sides: textOf(sides), says, values, tables };
  });
}

/** Before and after the first " = "; the last where a number follows it ("c = λ̃ = 11"). */
function split(text: string): [string, string] {
  const at = /= [−\d][\d/.]*$/u.test(text) ? text.lastIndexOf(' = ') : text.indexOf(' = ');
  return [text.slice(0, at), text.slice(at + 3)];
}
