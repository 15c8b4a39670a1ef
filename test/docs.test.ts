import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { renderClaimPage, renderClaimText, usedClaims } from '../reports/claim-page.js';
import { parseSentences } from '../reports/sentences.js';
import { claimInfo } from '../src/runner/claim-info.js';
import { loadClaims } from '../src/runner/load-claims.js';
import { apiPages } from './support/api-reference.js';
import { noticing } from './support/noticed-page.js';
import { brokenLinks, clicks, pagesOf } from './support/links.js';
import { DOCS, claimPages, sentences, singlePages } from './support/write-docs.js';

// The compiled tests lie two folders below the package.
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const claims = await loadClaims();

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
    expect(page).toContain(printed ? 'True as printed.' : 'False as printed: ');
    expect(page.match(/^## (As printed|Corrected)$/gm)).toEqual(printed ? ['## As printed'] : ['## As printed', '## Corrected']);
    expect(page.match(/^> /gm)).toHaveLength(printed ? 1 : 2);
    expect(page.match(/^### .* (\\>|≠|≰|=) .*$/gm) ?? []).toHaveLength(claim.printed.committed.length);
    for (const label of Object.keys(claim.corrected.coverage)) expect(renderClaimText(claimInfo(claim))).toContain(`\n  ${label} `);
    expect(page).toContain(`npx omg-oracle verify --claims ${id}\n`);
  });

  test('have no index that was not set as one', () => {
    for (const claim of claims) expect(renderClaimPage(claimInfo(claim)).match(/.{0,20}\\_.{0,10}/gu), claim.id).toBeNull();
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
  const headings = [...read('docs/ERRATA.md').matchAll(/^### (.+)$/gm)].map(([, id]) => id);
  const wrong = claims.filter(({ printed }) => printed.expected === 'refuted');
  expect(new Set(headings)).toEqual(new Set(wrong.map(({ id }) => id)));
  expect(headings).toHaveLength(wrong.length);
  expect(wrong.filter(({ error }) => error === undefined)).toEqual([]);
  expect(claims.filter(({ error, printed }) => error !== undefined && printed.expected === 'holds')).toEqual([]);
});

test('each quantity of a run that is put wrong is noticed by a claim; in which way it may be wrong for all of them is known', () => {
  const all = [...noticing(claims)].flatMap(([name, changes]) => [...changes].map(([change, { notice }]) => ({ name, change, notice: notice.size })));
  expect(all.length).toBeGreaterThan(100);
  // What holds for every point x′ and direction e, for every bound that is large enough, and what only a sign is asked of.
  expect(all.filter(({ notice }) => notice === 0).map(({ name, change }) => `${name} ${change}`).toSorted()).toEqual([
    'G′ doubled',
    'e a round late',
    'sup_W‖w‖² doubled',
    'sup_W‖w‖² shifted',
    'x′ doubled',
    'x′ forgotten',
    'x′ shifted',
    'x″ doubled',
    'x″ forgotten',
    'x″ shifted',
  ]);
});

describe('what becomes of each sentence of the paper', () => {
  const all = sentences();

  test('is said of all of them: so many has the abstract, and so many each section of the main text', () => {
    const counted = Object.entries({ 0: 5, 1: 37, 2: 30, 3: 33, 4: 51, 5: 35, 6: 31, 7: 30, 8: 9 });
    expect(all.map(({ place }) => place)).toEqual(counted.flatMap(([section, n]) => Array.from({ length: n }, (_, i) => `${section}.${i + 1}`)));
    expect(new Set(all.map(({ begins }) => begins)).size).toBeGreaterThan(250);
  });

  test('is a claim, or a reason why none tests it', () => {
    const tested = new Set(claims.flatMap((claim) => claim.sentences));
    expect(all.filter(({ place, kind }) => !tested.has(place) && kind === null)).toEqual([]);
    expect([...tested].filter((place) => !all.some((one) => one.place === place))).toEqual([]);
    for (const { id, source, sentences: own } of claims) expect([id, own[0]!.split('.')[0]]).toEqual([id, source.section.split('.')[0]]);
  });

  test('is refused where it is no row, or no kind', () => {
    expect(parseSentences('2.1\tLet\tdefines: T\n')).toEqual([{ place: '2.1', begins: 'Let', kind: 'defines', note: 'T' }]);
    for (const row of ['2.1', '2.1\tLet\tguessed']) expect(() => parseSentences(row)).toThrow('expected "place, beginning, kind: note"');
  });
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
  test.each(pagesOf(ROOT))('%s: every one leads somewhere', (page) => expect(brokenLinks(ROOT, page)).toEqual([]));

  test('every page is two clicks from README.md', () => {
    const reached = clicks(ROOT);
    // What shows a reviewer how the interface changes is no page to read.
    const pages = pagesOf(ROOT).filter((page) => !page.endsWith('.api.md'));
    expect(pages.filter((page) => (reached.get(page) ?? Infinity) > 2)).toEqual([]);
  });

  test('what leads nowhere is found', () => {
    const root = mkdtempSync(join(tmpdir(), 'omg-oracle-links-'));
    try {
      mkdirSync(join(root, 'docs', 'empty'), { recursive: true });
      writeFileSync(join(root, 'docs', 'A.md'), '# A heading\n\n## A “heading”\n');
      const targets = ['docs/A.md', 'docs/A.md#a-heading-1', '#top', 'docs/A.md#no', 'docs/B.md', 'docs/empty', '../A.md', 'https://example.org/B.md'];
      writeFileSync(join(root, 'README.md'), `# Top\n\n${targets.map((target) => `[x](${target})`).join(' ')} \`[x](C.md)\`\n`);
      expect(brokenLinks(root, 'README.md')).toEqual(['docs/A.md#no', 'docs/B.md', 'docs/empty', '../A.md'].map((target) => `README.md: ](${target})`));
      expect(clicks(root).get('docs/A.md')).toBe(1);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
