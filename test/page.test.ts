import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../reports/html.js';
import { runnable, wholeRun } from '../reports/wording.js';
import type { ClaimResult, Report } from '../src/verdict.js';
import { chromium as installed, CHROMIUM_ARGUMENTS } from './support/chromium.js';
import { FAILING, gateReport, gateResult, PASSING, SUBJECT, VIOLATED } from './support/gate-report.js';
import { COMPLETE, verifyReport, verifyResult } from './support/verify-report.js';
import { hostileReport, wholeReport } from './support/whole-report.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** It parts from its method in the third answer, after two that are the same. */
const PARTED: ClaimResult = {
  ...VIOLATED,
  counterexample: {
    ...VIOLATED.counterexample!,
    evidence: { f: '½x²', x0: [1], steps: 2, queries: [[1], [0.5], [-0.25]], 'the method’s queries': [[1], [0.5], [0.123456789012345]], gradients: [[1], [0.5]] },
  },
};
const GATE = { ...FAILING, claims: FAILING.claims.map((result) => (result.id === PARTED.id ? PARTED : result)) };
const TRACE = gateReport([gateResult('step'), { ...VIOLATED, id: 'state', counterexample: { ...VIOLATED.counterexample!, claim: 'state' } }], {
  command: 'omg-oracle trace check run.arrow --out out',
  exitStatus: 1,
  subject: { ...SUBJECT, name: 'torch.optim.SGD', door: 'trace', dtype: 'float32', source: 'run.arrow', like: 'sgd-momentum' },
});
/** Of everything that may be many, many. */
const CROWDED = gateReport(
  Array.from({ length: 30 }, (_, i) =>
    gateResult(`claim-${i}`, {
      verdict: i % 3 === 0 ? 'holds' : 'violated',
      ...(i % 3 === 0
        ? { unsupported: [{ what: `setting ${i}: of some kind`, times: i + 1, message: 'not supported here' }] }
        : { counterexample: PARTED.counterexample, reason: `reason ${i}` }),
    })),
  { exitStatus: 1 },
);
const UNDECIDED = verifyReport(
  Array.from({ length: 82 }, (_, i) => verifyResult(`a-claim-with-rather-a-long-name-${i}`, { verdict: i % 2 === 0 ? 'violated' : 'inconclusive', reason: `reason ${i}` })),
  { exitStatus: 1, leftOut: Array.from({ length: 60 }, (_, i) => `left-${i}`) },
);
/** Of whatever an optimizer may say, a word that has no end. */
const WORD = 'x'.repeat(10_000);
const ENDLESS: Report = {
  ...GATE,
  subject: { ...SUBJECT, name: WORD, version: WORD, source: WORD },
  warnings: [WORD],
  claims: [...GATE.claims, gateResult('refuses', { verdict: 'inapplicable', reason: WORD, cases: 0 })].map((
    result,
  ) => (result.id === PARTED.id ? { ...result, reason: WORD, hint: WORD } : result)),
};
/** What would run, or look otherwise, if any of it became markup. */
const EVIL =
  `"'><script>globalThis.hit = 1</script><img src=x onerror="globalThis.hit = 1"><style>body { color: rgb(1, 2, 3); }</style></script></style></title>\${globalThis.hit = 1}" onfocus="globalThis.hit = 1" autofocus style="color: red`;

const NAMES = ['verify', 'gate', 'trace', 'whole', 'passing', 'crowded', 'undecided', 'hostile', 'hostile-gate'] as const;
type Name = typeof NAMES[number];
/** What axe looks at: without the script, too, but of what is long. */
const AUDITED = (['verify', 'gate', 'trace', 'passing', 'whole'] as const).flatMap((name) => [true, false].map((scripted) => ({ name, scripted })))
  .filter(({ name, scripted }) => scripted || name !== 'whole');

async function reports(): Promise<{ readonly [name in Name]: Report }> {
  return {
    verify: COMPLETE,
    gate: GATE,
    trace: TRACE,
    whole: await wholeReport(),
    passing: PASSING,
    crowded: CROWDED,
    undecided: UNDECIDED,
    hostile: hostileReport(COMPLETE, EVIL),
    'hostile-gate': hostileReport(GATE, EVIL),
  };
}

const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1440, height: 900 };
/** What A4 leaves between the margins, lying, at 96 dots an inch. */
const PAPER = { width: 1017, height: 688 };

const browser = installed();

describe.skipIf(browser === null)('in a browser, the page', () => {
  let folder: string;
  let chrome: Browser;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'omg-oracle-page-'));
    for (const [name, report] of Object.entries(await reports())) writeFileSync(join(folder, `${name}.html`), await renderHtml(report));
    writeFileSync(join(folder, 'endless.html'), await renderHtml(ENDLESS));
    chrome = await chromium.launch({ executablePath: browser!, args: [...CHROMIUM_ARGUMENTS] });
  });
  afterAll(async () => {
    await chrome.close();
    rmSync(folder, { recursive: true });
  });

  /** Shows a report, does something with it, and leaves. */
  async function on<T>(name: string, options: BrowserContextOptions, use: (page: Page) => Promise<T>): Promise<T> {
    const context = await chrome.newContext(options);
    try {
      const page = await context.newPage();
      await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
      return await use(page);
    } finally {
      await context.close();
    }
  }

  // What runs inside of the page is text: the package is compiled without the types of a browser.
  const inside = <T>(page: Page, script: string): Promise<T> => page.evaluate<T>(script);
  const OPEN = `document.querySelectorAll('details').forEach((one) => { one.open = true; })`;

  /** What a page asks for, and what its browser says of it. */
  async function heard(page: Page): Promise<{ readonly asked: readonly string[]; readonly complaints: readonly string[] }> {
    const [asked, complaints]: [string[], string[]] = [[], []];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => complaints.push(dialog.message()));
    await page.reload();
    return { asked, complaints };
  }

  test.each(NAMES)('of %s needs no script and nothing from elsewhere', async (name) => {
    await on(name, { javaScriptEnabled: false, viewport: DESKTOP }, async (page) => {
      const { asked, complaints } = await heard(page);
      expect(asked).toHaveLength(1);
      expect(complaints).toEqual([]);
      // What needs the script does not show.
      expect(await page.locator('.search').isVisible()).toBe(false);
      expect(await page.locator('button:visible, input:visible, select:visible').count()).toBe(0);
      const detail = page.locator('.detail').last();
      expect(await detail.locator('h4, p').first().isVisible()).toBe(false);
      await detail.locator('summary').first().click();
      expect(await detail.locator('h4, p').first().isVisible()).toBe(true);
      // A link to what is closed opens it.
      const link = page.locator('a[href^="#claim-"]').filter({ visible: true }).last();
      const target = page.locator(`[id=${JSON.stringify((await link.getAttribute('href'))!.slice(1))}]`);
      await link.click();
      expect(await target.isVisible()).toBe(true);
    });
  });

  test.each(NAMES)('of %s has all that it says without its script, too', async (name) => {
    const texts = (javaScriptEnabled: boolean): Promise<string[]> =>
      on(name, { javaScriptEnabled, viewport: DESKTOP }, async (page) => {
        await inside(page, OPEN);
        return inside<string[]>(
          page,
          `['header', 'nav', 'main', 'footer'].map((one) => document.querySelector(one).innerText.replace(/\\s*\\bCopy\\b/gu, '').replace(/\\s+/gu, ' ').trim())`,
        );
      });
    const [without, full] = [await texts(false), await texts(true)];
    expect(without).toEqual(full);
    expect(without[2]!.length).toBeGreaterThan(500);
  });

  test.each(['hostile', 'hostile-gate'] as const)('of %s obeys nothing of what is in its report', async (name) => {
    await on(name, { viewport: DESKTOP }, async (page) => {
      const { asked, complaints } = await heard(page);
      await inside(page, OPEN);
      expect({ asked: asked.length, complaints }).toEqual({ asked: 1, complaints: [] });
      expect(
        await inside(
          page,
          `({
        hit: globalThis.hit ?? 0,
        scripts: document.scripts.length,
        sheets: document.styleSheets.length,
        foreign: [...document.querySelectorAll('img, iframe, object, embed, link, base, form, a:not([href^="#"])')].map((one) => one.outerHTML),
        attributes: [...document.querySelectorAll('*')].flatMap((one) => [...one.attributes].map(({ name }) => name)).filter((name) => /^on|^style$|^src|^autofocus$/u.test(name)),
        found: document.getElementById('search-found').textContent,
        title: document.title.includes('<script>'),
      })`,
        ),
      ).toEqual({ hit: 0, scripts: 1, sheets: 1, foreign: [], attributes: [], found: name === 'hostile' ? '6 of 6 claims' : '7 of 7 claims', title: true });
      expect(await page.locator('body').innerText()).toContain('<img src=x onerror="globalThis.hit = 1">');
    });
  });

  test('runs no script but its own, to the letter, and takes no style but its own sheet', async () => {
    const page = readFileSync(join(folder, 'gate.html'), 'utf8');
    /** How a page goes: whether the script ran, what else did, what it looks like, and what was refused. */
    const ran = (name: string, source: string): Promise<{ search: boolean; hit: number; colour: string; refused: number }> => {
      writeFileSync(join(folder, `${name}.html`), source);
      return on(name, { viewport: DESKTOP }, async (shown) => {
        const { complaints } = await heard(shown);
        const state = await inside<{ search: boolean; hit: number; colour: string }>(
          shown,
          `({ search: !document.querySelector('.search').hidden, hit: globalThis.hit ?? 0, colour: getComputedStyle(document.querySelector('h1')).color })`,
        );
        return { ...state, refused: complaints.filter((text) => text.includes('Content Security Policy')).length };
      });
    };
    const ink = 'rgb(26, 28, 34)';
    expect(await ran('as-it-is', page)).toEqual({ search: true, hit: 0, colour: ink, refused: 0 });
    expect(await ran('altered-script', page.replace("'use strict';", "'use strict'; globalThis.hit = 1;"))).toEqual({ search: false, hit: 0, colour: ink, refused: 1 });
    expect(await ran('another-script', page.replace('</main>', '<script>globalThis.hit = 1</script></main>'))).toEqual({ search: true, hit: 0, colour: ink, refused: 1 });
    expect(await ran('a-handler', page.replace('</main>', '<details open ontoggle="globalThis.hit = 1"></details></main>'))).toEqual({
      search: true,
      hit: 0,
      colour: ink,
      refused: 1,
    });
    expect(await ran('a-picture', page.replace('</main>', '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt=""></main>'))).toEqual({
      search: true,
      hit: 0,
      colour: ink,
      refused: 1,
    });
    expect(await ran('a-style', page.replace('<h1 ', '<h1 style="color: rgb(1, 2, 3)" '))).toEqual({ search: true, hit: 0, colour: ink, refused: 1 });
    expect(await ran('another-sheet', page.replace('</main>', '<style>h1 { color: rgb(1, 2, 3); }</style></main>'))).toEqual({ search: true, hit: 0, colour: ink, refused: 1 });
    // Without the policy each of them does what it says: it is the policy that holds them back.
    const open = page.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/u, '');
    expect(open).not.toBe(page);
    expect(await ran('no-policy', open.replace('</main>', '<style>h1 { color: rgb(1, 2, 3); }</style><script>globalThis.hit = 1</script></main>'))).toEqual({
      search: true,
      hit: 1,
      colour: 'rgb(1, 2, 3)',
      refused: 0,
    });
  });

  test('finds claims by their verdict and by what is said of them, and says how many', async () => {
    await on('verify', { viewport: DESKTOP }, async (page) => {
      const found = page.locator('#search-found');
      const shown = (): Promise<string[]> => page.locator('.detail > summary .name').filter({ visible: true }).allInnerTexts();
      const all = ['online-average', 'regret-bound', 'theorem-1-rate', 'lemma-1', 'theorem-2', 'nesterov'];
      expect(await shown()).toEqual(all);
      expect(await found.innerText()).toBe('6 of 6 claims');
      expect(await page.locator('#search-verdict option').allInnerTexts()).toEqual([
        'any',
        '✓ holds (3)',
        '≠ refuted (1)',
        '✗ violated (1)',
        '? inconclusive (1)',
        '! crashed (1)',
      ]);
      await page.getByLabel('Verdict').selectOption('refuted');
      expect(await shown()).toEqual(['theorem-1-rate']);
      expect(await found.innerText()).toBe('1 of 6 claims');
      await page.getByLabel('Verdict').selectOption('violated');
      expect(await shown()).toEqual(['lemma-1']);
      // Where none of a section is left, the section is not shown either; in what is shown, the other tables follow.
      expect(await page.locator('section[aria-labelledby=errata]').isVisible()).toBe(false);
      await page.getByLabel('Verdict').selectOption('');
      expect(await page.locator('section[aria-labelledby=errata]').isVisible()).toBe(true);
      // By all of its words, in any letters and wherever they stand: here in hypotheses, and in the label of what a case covers.
      await page.getByLabel('Search').fill('CONVEX  smallest-norm');
      expect(await shown()).toEqual(['theorem-1-rate']);
      expect(await page.locator('.errata tbody tr').filter({ visible: true }).count()).toBe(1);
      await page.getByLabel('Search').fill('regret-bound');
      expect(await shown()).toEqual(['regret-bound']);
      await page.locator('summary', { hasText: 'Cases, coverage and time' }).click();
      expect(await page.locator('table.claims tbody').filter({ visible: true }).count()).toBe(1);
      await page.getByLabel('Search').fill('nothing of the kind');
      expect(await shown()).toEqual([]);
      expect(await found.innerText()).toBe('0 of 6 claims');
      // Sections without claims are not looked through.
      expect(await page.locator('section[aria-labelledby=replay]').isVisible()).toBe(true);
      // A link leads to what was not looked for as well.
      await page.locator('.banner a', { hasText: 'nesterov' }).click();
      expect(await page.locator('[id="claim-nesterov"]').isVisible()).toBe(true);
      expect(await found.innerText()).toBe('6 of 6 claims');
      expect(await page.getByLabel('Search').inputValue()).toBe('');
    });
    await on('gate', { viewport: DESKTOP }, async (page) => {
      await page.getByLabel('Verdict').selectOption('crashed');
      expect(await page.locator('.failure, .claims tbody tr').filter({ visible: true }).count()).toBe(2);
    });
  });

  test('opens everything, and closes it', async () => {
    await on('verify', { viewport: DESKTOP }, async (page) => {
      const open = (): Promise<readonly [number, number]> =>
        inside(page, `[document.querySelectorAll('main details[open]').length, document.querySelectorAll('main details').length]`);
      const [before, all] = await open();
      expect(before).toBe(0);
      expect(all).toBeGreaterThan(10);
      await page.getByRole('button', { name: 'Open everything' }).click();
      expect(await open()).toEqual([all, all]);
      await page.getByRole('button', { name: 'Close everything' }).click();
      expect(await open()).toEqual([0, all]);
    });
  });

  test('copies each command as it is shown, and where it may not, selects it', async () => {
    await on('gate', { viewport: DESKTOP, permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
      const box = page.locator('header .copy');
      await box.getByRole('button').click();
      await box.getByText('Copied').waitFor();
      expect(await inside(page, 'navigator.clipboard.readText()')).toBe(wholeRun(GATE));
      // Each command has its button.
      await inside(page, OPEN);
      const replay = page.locator('.failure .copy').first();
      await replay.getByRole('button').click();
      await replay.getByText('Copied').waitFor();
      expect(await inside(page, 'navigator.clipboard.readText()')).toBe(runnable(VIOLATED.replay!));
      expect(await page.locator('.copy > button').count()).toBe(await page.locator('.copy').count());
      await box.getByText('Copy', { exact: true }).waitFor();
    });
    // A line break would run what is before it where it is pasted.
    writeFileSync(join(folder, 'lines.html'), await renderHtml({ ...GATE, command: 'omg-oracle gate --seed 7\nrm -rf x\r\n  y' }));
    await on('lines', { viewport: DESKTOP, permissions: ['clipboard-read', 'clipboard-write'] }, async (page) => {
      await page.locator('header .copy button').click();
      await page.locator('header .copy').getByText('Copied').waitFor();
      expect(await inside(page, 'navigator.clipboard.readText()')).toBe('npx omg-oracle gate --seed 7 rm -rf x y');
    });
    await on('gate', { viewport: DESKTOP }, async (page) => {
      await inside(page, `Object.defineProperty(navigator, 'clipboard', { value: undefined })`);
      await page.locator('header .copy button').click();
      await page.locator('header .copy').getByText('Selected').waitFor();
      expect(await inside(page, 'String(getSelection())')).toBe(wholeRun(GATE));
    });
  });

  test.each(NAMES)('of %s is summed up on its first screen, and not tall before anything is opened', async (name) => {
    for (const javaScriptEnabled of [true, false]) {
      await on(name, { viewport: DESKTOP, javaScriptEnabled }, async (page) => {
        const [header, height] = await inside<[{ top: number; bottom: number }, number]>(
          page,
          `[document.querySelector('header').getBoundingClientRect().toJSON(), document.documentElement.scrollHeight]`,
        );
        // What somebody else wrote at length takes its room.
        if (!name.startsWith('hostile')) {
          expect(header.bottom).toBeLessThanOrEqual(DESKTOP.height);
          expect(height).toBeLessThan(10_000);
        }
        const summary = await page.locator('header').innerText();
        for (const said of ['Run it again', 'omg-oracle ', 'What ran', ['verify', 'whole', 'undecided', 'hostile'].includes(name) ? 'Not covered' : 'Not judged'])
          expect(summary).toContain(said);
        expect(await page.locator('header .banner').first().isVisible()).toBe(true);
      });
    }
  });

  test.each([['a desktop', DESKTOP], ['a phone', PHONE]])('has its contents at hand wherever it is read, on %s', async (_, viewport) => {
    await on('whole', { viewport }, async (page) => {
      for (const share of [0.3, 0.6, 0.95]) {
        await inside(page, `scrollTo(0, ${share} * document.documentElement.scrollHeight)`);
        const link = (await page.locator('nav a').first().boundingBox())!;
        expect(link.y).toBeGreaterThanOrEqual(0);
        expect(link.y).toBeLessThan(100);
        // Nothing lies over it.
        expect(await inside(page, `document.elementFromPoint(${link.x + 5}, ${link.y + 5}).closest('nav') !== null`)).toBe(true);
      }
      // It hides nothing of what a link leads to.
      await page.locator('nav a', { hasText: 'How to replay' }).click();
      const [heading, nav] = [(await page.locator('h2#replay').boundingBox())!, (await page.locator('nav').boundingBox())!];
      expect(viewport === PHONE ? heading.y >= nav.y + nav.height : heading.x >= nav.x + nav.width && heading.y >= 0).toBe(true);
    });
  });

  test.each([PHONE, DESKTOP])('is no wider than its window ($width) where an optimizer says a word without end', async (viewport) => {
    await on('endless', { viewport }, async (page) => {
      for (const script of ['', OPEN]) {
        await inside(page, script);
        expect(await inside(page, `[document.documentElement.scrollWidth, document.body.scrollWidth]`)).toEqual([viewport.width, viewport.width]);
      }
    });
  });

  test.each(NAMES)('of %s is no wider than a phone, with all of it open', async (name) => {
    await on(name, { viewport: PHONE }, async (page) => {
      await inside(page, OPEN);
      expect(await inside(page, `[document.documentElement.scrollWidth, document.body.scrollWidth]`)).toEqual([PHONE.width, PHONE.width]);
      // What is wider scrolls in a frame of its own, and nothing is cut off by one that does not.
      const cut = await inside<string[]>(
        page,
        `[...document.querySelectorAll('main *')].filter((one) => one.scrollWidth > one.clientWidth + 1 && ['hidden', 'clip'].includes(getComputedStyle(one).overflowX) && !one.closest('.aside, thead')).map((one) => one.className)`,
      );
      expect(cut).toEqual([]);
    });
  });

  test.each(NAMES)('of %s shows on a phone what decides, in every table, without scrolling it', async (name) => {
    await on(name, { viewport: PHONE }, async (page) => {
      await inside(page, OPEN);
      // Verdicts and numbers that failed, wherever they stand; every cell of a table that is shown as a list; and of each other table the row's head and the cell after it.
      const beyond = await inside<{ seen: number; out: string[] }>(
        page,
        `(() => {
        const all = [...document.querySelectorAll('.badge, .numbers, .errata td, .list td, .list tbody th, table.claims tbody th, table.claims td:has(.badge), .tight tbody tr > :nth-child(-n+2), .values tbody tr > :nth-child(-n+2), .rounds tbody td:nth-child(-n+2)')].filter((one) => one.checkVisibility());
        const out = all.filter((one) => { const { left, right } = one.getBoundingClientRect(); return left < 0 || right > innerWidth; });
        return { seen: all.length, out: out.map((one) => one.tagName + ' ' + one.className + ' ' + one.textContent.slice(0, 40)) };
      })()`,
      );
      expect(beyond.out).toEqual([]);
      // And wide enough to be read.
      expect(await inside(page, `[...document.querySelectorAll('.errata td')].filter((one) => one.getBoundingClientRect().width < 250).length`)).toBe(0);
      expect(beyond.seen).toBeGreaterThan(10);
    });
  });

  test.each(NAMES)('of %s is dark where that is preferred, its plots with it', async (name) => {
    const colours = (colorScheme: 'light' | 'dark'): Promise<Record<string, string | null>> =>
      on(name, { colorScheme, viewport: DESKTOP }, (page) =>
        inside(
          page,
          `(() => {
        const of = (selector, property) => { const one = document.querySelector(selector); return one === null ? null : getComputedStyle(one)[property]; };
        return { paper: of('body', 'backgroundColor'), ink: of('body', 'color'), card: of('.scroll', 'backgroundColor'), words: of('.chart text', 'fill'), axis: of('.chart [stroke=currentColor]', 'stroke'), bar: of('.chart .bin', 'fill'), part: of('.chart .part rect', 'fill') };
      })()`,
        ));
    const [light, dark] = [await colours('light'), await colours('dark')];
    expect(light).toMatchObject({ paper: 'rgb(247, 247, 244)', ink: 'rgb(26, 28, 34)', card: 'rgb(255, 255, 255)' });
    expect(dark).toMatchObject({ paper: 'rgb(18, 20, 24)', ink: 'rgb(230, 232, 237)', card: 'rgb(26, 29, 35)' });
    const drawn = name === 'verify' || name === 'whole' || name === 'hostile';
    const hasLines = drawn || name === 'gate' || name === 'crowded' || name === 'hostile-gate';
    expect(light['words']).toBe(hasLines ? light['ink'] : null);
    expect(dark['words']).toBe(hasLines ? dark['ink'] : null);
    expect(dark['axis'] === light['axis']).toBe(!hasLines);
    for (const property of ['bar', 'part']) expect(dark[property] === light[property], property).toBe(!drawn);
  });

  /** How many sheets of A4 a page takes. */
  const sheets = async (page: Page): Promise<number> => (await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type\s*\/Page\b/gu)?.length ?? 0;

  test.each(NAMES)('of %s is printed on white, as far as it is open, and nothing beyond the edge', async (name) => {
    await on(name, { viewport: PAPER, colorScheme: 'dark' }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      const state = (): Promise<{ paper: string; wide: string[]; width: number; controls: number }> =>
        inside(
          page,
          `({
        paper: getComputedStyle(document.body).backgroundColor,
        wide: [...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.aside')).map((one) => one.tagName + ' ' + one.className + ' ' + one.textContent.slice(0, 60)),
        width: document.documentElement.scrollWidth,
        controls: [...document.querySelectorAll('button, input, select, nav')].filter((one) => one.checkVisibility()).length,
      })`,
        );
      const wanted = { paper: 'rgb(255, 255, 255)', wide: [], width: PAPER.width, controls: 0 };
      expect(await state()).toEqual(wanted);
      expect(await page.getByText('What is closed on the page is not printed').isVisible()).toBe(true);
      const closed = await sheets(page);
      if (name === 'whole') {
        expect(closed).toBeGreaterThan(5);
        expect(closed).toBeLessThanOrEqual(12);
      } else if (name !== 'hostile') expect(closed).toBeLessThan(10);
      await inside(page, OPEN);
      expect(await state()).toEqual(wanted);
      if (name !== 'whole') expect(await sheets(page)).toBeGreaterThan(closed);
    });
  });

  // Where scripts are off axe does not run either: there the page is one without its script.
  test.each(AUDITED)(
    'of $name breaks no rule of axe, light and dark, narrow and wide, closed and open; with its script: $scripted',
    async ({ name, scripted }) => {
      const bare = `${name}-bare`;
      writeFileSync(join(folder, `${bare}.html`), readFileSync(join(folder, `${name}.html`), 'utf8').replace(/<script>[^]*<\/script>/u, ''));
      await on(scripted ? name : bare, {}, async (page) => {
        expect((await page.locator('.copy > button').count()) > 0).toBe(scripted);
        await inside(page, AXE);
        const states = [['light', PHONE, false], ['dark', DESKTOP, true], ['light', DESKTOP, true], ['dark', PHONE, true]] as const;
        for (const [colorScheme, viewport, open] of name === 'whole' ? states.slice(0, 2) : states) {
          if (open) await inside(page, OPEN);
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize(viewport);
          const { violations, passes } = await inside<AxeResults>(page, `axe.run(document, { resultTypes: ['violations'] })`);
          const told = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 200)).join(' | ')}`);
          expect(told, `${colorScheme}, ${viewport.width} wide`).toEqual([]);
          expect(passes.length).toBeGreaterThan(20);
        }
      });
    },
    120_000,
  );

  test('shows each plot with a name, its numbers in words, and the same as a table', async () => {
    await on('verify', { viewport: DESKTOP }, async (page) => {
      await inside(page, OPEN);
      const plot = page.getByRole('img', { name: 'theorem-1-rate: how near the bound was approached' });
      expect(await plot.locator('text').allTextContents()).toEqual(expect.arrayContaining(['0', '0.5', '1', '0.9688']));
      expect(await plot.locator('rect').count()).toBe(20);
      expect((await plot.boundingBox())!.width).toBeGreaterThan(200);
      expect(await page.locator('figure', { has: plot }).innerText()).toMatch(/0\.9688 nearly reached \(2,001 cases\)/u);
      expect(await page.locator('figure', { hasText: 'not approached' }).innerText()).toMatch(
        /regret-bound[^]*0\.31 not approached, by a case made from another: the bound may be loose/u,
      );
      const slack = page.getByRole('img', { name: 'theorem-1-rate: where the bound goes' });
      expect(await slack.locator('text').allTextContents()).toEqual(expect.arrayContaining(['mean', 'tightest', '1', '2', '3', '100 %']));
      expect(await page.locator('figure', { has: slack }).locator('tbody tr').allInnerTexts()).toHaveLength(4);
      expect(await page.locator('table.tight tbody tr').last().innerText()).toMatch(/^theorem-1-rate\s+0\.9688\s+drawn, float64\s+400\s+310\s/u);
      expect(await page.locator('[id="claim-theorem-1-rate"]').innerText()).toMatch(
        /and 55 made from tight ones;[^]*Largest ratio by kind of case\s+φ = w\s+0\.9688\s+active projection\s+0\.25\s/u,
      );
      // One legend and one panel for each measure: of Figure 1 two, of Figure 2 two of each problem.
      expect(await page.locator('section[aria-labelledby=figure1] svg[role=img]').count()).toBe(3);
      expect(await page.locator('section[aria-labelledby=figures] svg[role=img]').count()).toBe(5);
    });
  });

  test('has its sections in the order in which they are read, and a link to each', async () => {
    const titles = [
      'Errata',
      'Claims',
      'How near each bound was approached',
      'Where the slack goes',
      'Worst cases',
      'Figure 1',
      'Figure 2',
      'How to replay',
    ];
    await on('verify', { viewport: DESKTOP }, async (page) => {
      expect(await page.locator('main h2').allInnerTexts()).toEqual(titles);
      expect(await page.locator('nav a').allInnerTexts()).toEqual(['Summary', ...titles, 'What the verdicts mean']);
      // By section of the paper, whatever the order of the claims.
      await inside(page, OPEN);
      expect(await page.locator('.spread .name').allInnerTexts()).toEqual(['regret-bound', 'theorem-1-rate']);
    });
  });

  test('leads from each claim to its section of the paper, and to its page in the documentation', async () => {
    await on('verify', { viewport: DESKTOP }, async (page) => {
      await page.locator('.errata a', { hasText: 'Section 4, Theorem 1' }).click();
      expect(page.url()).toMatch(/#section-4$/u);
      expect(await page.locator('[id="section-4"]').innerText()).toBe('Section 4');
      expect(await page.locator('[data-group]', { has: page.locator('> [id="section-4"]') }).last().locator('.detail .name').first().innerText()).toBe('theorem-1-rate');
      await page.locator('.errata a', { hasText: 'theorem-1-rate' }).click();
      expect(await page.locator('[id="claim-theorem-1-rate"]').innerText()).toMatch(
        /^In full, with its proof, in docs\/claims\/theorem-1-rate\.md of the package:\s+npx omg-oracle claims theorem-1-rate/u,
      );
    });
  });

  test('of a gate shows the path of the optimizer beside the method’s, with the step at which they part', async () => {
    for (const viewport of [DESKTOP, PHONE]) {
      await on('gate', { viewport }, async (page) => {
        await inside(page, OPEN);
        const plot = page.getByRole('img', { name: 'identity, queries by step' });
        expect((await plot.boundingBox())!.width).toBeGreaterThan(200);
        const [method, own] = await Promise.all(
          ['s0', 's1'].map(async (line) => (await plot.locator(`.line.${line} path, path.line.${line}`).getAttribute('d'))!.split(/[ML]/u).slice(1)),
        );
        expect(method).toHaveLength(3);
        // Queries 1, ½ and then 0.12… and −¼: the later, the lower.
        expect(own!.slice(0, 2)).toEqual(method!.slice(0, 2));
        const heights = [method![0], method![1], method![2], own![2]].map((point) => Number(point!.split(',')[1]));
        expect(heights).toEqual(heights.toSorted((a, b) => a - b));
        expect(new Set(heights).size).toBe(4);
        expect(await page.locator('table.path tbody tr').last().innerText()).toMatch(
          /✗ to step 2\s+(It gave)?\s*−0\.25\s+(The method has)?\s*0\.123456789012345\s+(Apart by)?\s*0\.3735\s+(Gradient)?\s*0\.5/u,
        );
      });
    }
  });

  test('marks what fails, and what is false, by a word, a sign and an edge', async () => {
    for (
      const [name, rows] of [['whole', '.errata tbody tr'], ['gate', '.claims tbody tr:is(.bad, .known, .open)'], ['gate', 'table.path tr.bad'], [
        'verify',
        '.detail:is(.bad, .known, .open)',
      ]] as const
    ) {
      await on(name, { viewport: DESKTOP }, async (page) => {
        await inside(page, OPEN);
        const marked = await inside<{ edge: string; text: string }[]>(
          page,
          `[...document.querySelectorAll(${JSON.stringify(rows)})].map((one) => ({ edge: getComputedStyle(one.querySelector('th, summary')).boxShadow, text: one.textContent }))`,
        );
        expect(marked.length).toBeGreaterThan(0);
        for (const { edge, text } of marked) {
          expect(edge).toMatch(/inset/u);
          expect(text).toMatch(/[≠✗?!∅]/u);
        }
      });
    }
  });
});
