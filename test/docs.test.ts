import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { renderClaimPage, renderClaimText, usedClaims } from '../reports/claim-page.js';
import { claimInfo } from '../src/runner/claim-info.js';
import { loadClaims } from '../src/runner/load-claims.js';
import { apiPages } from './support/api-reference.js';
import { DOCS, claimPages, singlePages } from './support/write-docs.js';

// The compiled tests lie two folders below the package.
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const claims = await loadClaims();

/** Every document, by its path from the package's root. */
const DOCUMENTS = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.md')).map((path) => `docs/${path.replaceAll('\\', '/')}`),
];

/** The folder of docs holds these pages, and no others. */
function expectWritten(folder: string, pages: ReadonlyMap<string, string>): void {
  expect(readdirSync(join(DOCS, folder)).toSorted()).toEqual([...pages.keys()].toSorted());
  for (const [name, text] of pages) expect(readFileSync(join(DOCS, folder, name), 'utf8'), `docs/${folder}/${name}`).toBe(text);
}

describe('the pages of the claims', () => {
  test('are those that the claims make: "npm run docs" writes them', async () => {
    const pages = await claimPages();
    expectWritten('claims', pages);
    expect([...pages.keys()].toSorted()).toEqual(
      ['README.md', ...claims.map(({ id }) => `${id}.md`), ...claims.filter(({ printed }) => printed.expected === 'refuted').map(({ id }) => `${id}.json`)].toSorted(),
    );
  });

  test.each(claims.map((claim) => [claim.id, claim] as const))('%s says once what holds, and shows every committed counterexample with both sides', (id, claim) => {
    const page = renderClaimPage(claimInfo(claim));
    const printed = claim.printed === claim.corrected;
    expect(page).toContain(printed ? 'True as printed.' : 'False as printed.');
    expect(page.match(/^## (As printed|Corrected)$/gm)).toEqual(printed ? ['## As printed'] : ['## As printed', '## Corrected']);
    expect(page.match(/^> /gm)).toHaveLength(printed ? 1 : 2);
    expect(page.match(/^### .* (\\>|≠|≰|=) .*$/gm) ?? []).toHaveLength(claim.printed.committed.length);
    for (const label of Object.keys(claim.corrected.coverage)) expect(renderClaimText(claimInfo(claim))).toContain(`\n  ${label} `);
    expect(page).toContain(`npx omg-oracle verify --claims ${id}\n`);
  });

  test('a committed case that refutes nothing is told', () => {
    const claim = claims.find(({ id }) => id === 'lemma-1')!;
    expect(() => claimInfo({ ...claim, printed: { ...claim.corrected, committed: claim.printed.committed } })).toThrow(
      /expected every committed case of lemma-1 to refute it; a committed counterexample no longer refutes/,
    );
  });
});

test('the pages of the command line and of the errata are made of the table that it parses by, and of the claims: "npm run docs" writes them', async () => {
  for (const [name, text] of await singlePages()) expect(readFileSync(join(DOCS, name), 'utf8'), name).toBe(text);
  const headings = [...read('docs/ERRATA.md').matchAll(/^## (.+)$/gm)].map(([, id]) => id);
  expect(headings).toEqual(claims.filter(({ printed }) => printed.expected === 'refuted').map(({ id }) => id));
});

test('README is short: ten kilobytes, a page of the host', () => {
  expect(statSync(join(ROOT, 'README.md')).size).toBeLessThan(10_000);
});

test('the reference of the library, and the reports of its interface, are those of the declarations: "npm run docs" writes them', () => {
  const pages = apiPages();
  expectWritten('api', pages);
  const exported = { 'gate.md': ['defineOptimizer', 'unsupported', 'Optimizer'], 'theory.md': ['runVariant', 'rational', 'Claim'] };
  for (const [name, names] of Object.entries(exported)) {
    for (const one of names) expect(pages.get(name)).toContain(`\n## ${one}\n`);
    expect(pages.get(name)!.match(/^\| \[.*\|  \|$/gm), `${name}: exports without a docstring`).toBeNull();
  }
});

describe('proofs in brief', () => {
  test.each(claims.map(({ id, proof }) => [id, proof] as const))('%s has one, of one to ten steps, which names claims that exist', (id, proof) => {
    const steps = proof.split('\n').filter((line) => line.trim() !== '');
    expect(steps.length).toBeGreaterThanOrEqual(1);
    expect(steps.length).toBeLessThanOrEqual(10);
    for (const used of usedClaims(proof)) expect(claims.map((claim) => claim.id)).toContain(used);
    expect(usedClaims(proof)).not.toContain(id);
  });

  test('do not go in a circle', () => {
    const open = new Set<string>();
    const done = new Set<string>();
    const visit = (id: string): void => {
      expect([...open], `${id} is proved from itself`).not.toContain(id);
      if (done.has(id)) return;
      open.add(id);
      usedClaims(claims.find((claim) => claim.id === id)!.proof).forEach(visit);
      open.delete(id);
      done.add(id);
    };
    claims.forEach(({ id }) => visit(id));
    expect(done.size).toBe(claims.length);
  });
});

describe('links between documents', () => {
  /** As GitHub makes them: lower case, no punctuation, hyphens for spaces. */
  const anchors = (text: string): string[] => {
    const all = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!.toLowerCase().replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-'));
    // A heading that comes again gets a number.
    return all.map((anchor, i) => [anchor, all.slice(0, i).filter((other) => other === anchor).length] as const).map((
      [anchor, before],
    ) => (before === 0 ? anchor : `${anchor}-${before}`));
  };
  const prose = (text: string): string => text.replaceAll(/^```[^]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '`');

  test.each(DOCUMENTS)('%s: every one leads somewhere', (path) => {
    for (const [whole, target] of prose(read(path)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target!)) continue;
      const [file = '', anchor] = target!.split('#');
      const to = file === '' ? path : normalize(join(dirname(path), file)).replaceAll('\\', '/');
      expect(() => statSync(join(ROOT, to)), `${path}: ${whole}`).not.toThrow();
      if (anchor !== undefined) expect(anchors(read(to)), `${path}: ${whole}`).toContain(anchor);
    }
  });
});
