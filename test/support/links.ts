import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';

/** Every page of the repository, or of the package, by its path from the root. */
export function pagesOf(root: string): readonly string[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md')).map((path) => `docs/${path.replaceAll('\\', '/')}`);
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...docs];
}

interface Link {
  /** As it is written. */
  readonly text: string;
  /** A path from the root; one that leads out of it begins with "..". */
  readonly to: string;
  readonly anchor: string | undefined;
}

const prose = (text: string): string => text.replaceAll(/^```[^]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '`');

/** The links of a page, but for those to other hosts. */
export function linksOf(root: string, page: string): readonly Link[] {
  return [...prose(readFileSync(join(root, page), 'utf8')).matchAll(/\]\(([^)\s]+)\)/g)].filter(([, target]) => !/^https?:/.test(target!)).map(([text, target]) => {
    const [file = '', anchor] = target!.split('#');
    return { text, to: file === '' ? page : posix.join(posix.dirname(page), file), anchor };
  });
}

/** As GitHub makes them: lower case, no punctuation, hyphens for spaces. */
function anchorsOf(text: string): readonly string[] {
  const all = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!.toLowerCase().replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-'));
  // A heading that comes again gets a number.
  return all.map((anchor, i) => [anchor, all.slice(0, i).filter((other) => other === anchor).length] as const).map((
    [anchor, before],
  ) => (before === 0 ? anchor : `${anchor}-${before}`));
}

/** The file of a link, by its path from the root, or null: a folder is its README.md. */
function fileOf(root: string, to: string): string | null {
  if (to.startsWith('..')) return null;
  const at = statSync(join(root, to), { throwIfNoEntry: false });
  if (at?.isDirectory() === true) return fileOf(root, posix.join(to, 'README.md'));
  return at === undefined ? null : to;
}

/** The links of a page that lead nowhere: to no file, or to no heading. */
export function brokenLinks(root: string, page: string): readonly string[] {
  return linksOf(root, page).filter(({ to, anchor }) => {
    const file = fileOf(root, to);
    return file === null || (anchor !== undefined && !anchorsOf(readFileSync(join(root, file), 'utf8')).includes(anchor));
  }).map(({ text }) => `${page}: ${text}`);
}

/** How many links lead from README.md to each file that it leads to. */
export function clicks(root: string): ReadonlyMap<string, number> {
  const reached = new Map([['README.md', 0]]);
  // A map goes on with what is added to it.
  for (const [page, count] of reached) {
    if (!page.endsWith('.md')) continue;
    for (const { to } of linksOf(root, page)) {
      const file = fileOf(root, to);
      if (file !== null && !reached.has(file)) reached.set(file, count + 1);
    }
  }
  return reached;
}
