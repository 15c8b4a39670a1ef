import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../reports/html.js';
import type { Report } from '../src/verdict.js';
import { chromium as installed, CHROMIUM_ARGUMENTS } from './support/chromium.js';
import { FAILING, gateReport, gateResult, SUBJECT, VIOLATED } from './support/gate-report.js';
import { COMPLETE } from './support/verify-report.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const TRACE = gateReport([gateResult('step'), { ...VIOLATED, id: 'state', counterexample: { ...VIOLATED.counterexample!, claim: 'state' } }], {
  command: 'omg-oracle trace check run.arrow --out out',
  exitStatus: 1,
  subject: { ...SUBJECT, name: 'torch.optim.SGD', door: 'trace', dtype: 'float32', source: 'run.arrow', like: 'sgd-momentum' },
});
const REPORTS: { readonly [name: string]: Report } = { verify: COMPLETE, gate: FAILING, trace: TRACE };
const NAMES = Object.keys(REPORTS);

const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 900 };
/** What A4 leaves between the margins, lying, at 96 dots an inch. */
const PAPER = { width: 1017, height: 688 };

const browser = installed();

describe.skipIf(browser === null)('in a browser, the page', () => {
  let folder: string;
  let chrome: Browser;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'omg-oracle-page-'));
    for (const [name, report] of Object.entries(REPORTS)) writeFileSync(join(folder, `${name}.html`), await renderHtml(report));
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

  test.each(NAMES)('of %s needs no script and nothing from elsewhere', async (name) => {
    await on(name, { javaScriptEnabled: false, viewport: DESKTOP }, async (page) => {
      const asked: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => complaints.push(message.text()));
      await page.reload();
      expect(asked).toHaveLength(1);
      expect(complaints).toEqual([]);
      expect(await page.locator('script').count()).toBe(0);
      const detail = page.locator('.detail').first();
      expect(await detail.locator('h4, p').first().isVisible()).toBe(false);
      await detail.locator('summary').first().click();
      expect(await detail.locator('h4, p').first().isVisible()).toBe(true);
      // A link to what is closed opens it.
      const link = page.locator('.name[href]').last();
      const target = page.locator(`[id="${(await link.getAttribute('href'))!.slice(1)}"]`);
      await link.click();
      expect(await target.isVisible()).toBe(true);
    });
  });

  test.each(NAMES)('of %s is no wider than a phone, with all of it open', async (name) => {
    await on(name, { viewport: PHONE }, async (page) => {
      await inside(page, OPEN);
      expect(await inside(page, `[document.documentElement.scrollWidth, document.body.scrollWidth]`)).toEqual([PHONE.width, PHONE.width]);
      // What is wider scrolls in a frame of its own, and nothing is cut off by one that does not.
      const cut = await inside<string[]>(
        page,
        `[...document.querySelectorAll('main *')].filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX === 'hidden' && !one.closest('.aside, thead')).map((one) => one.className)`,
      );
      expect(cut).toEqual([]);
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
    const drawn = name === 'verify';
    expect(light['words']).toBe(drawn ? light['ink'] : null);
    expect(dark['words']).toBe(drawn ? dark['ink'] : null);
    for (const property of ['axis', 'bar', 'part']) expect(dark[property] === light[property], property).toBe(!drawn);
  });

  test.each(NAMES)('of %s is printed whole: on white, everything open, nothing beyond the edge', async (name) => {
    await on(name, { viewport: PAPER, colorScheme: 'dark' }, async (page) => {
      await page.emulateMedia({ media: 'print' });
      const state = await inside<{ paper: string; closed: string[]; wide: string[]; width: number }>(
        page,
        `({
        paper: getComputedStyle(document.body).backgroundColor,
        closed: [...document.querySelectorAll('details')].filter((one) => [...one.children].slice(1).some((child) => child.getBoundingClientRect().height === 0 || !child.checkVisibility({ contentVisibilityAuto: true }))).map((one) => one.textContent.slice(0, 60)),
        wide: [...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.aside')).map((one) => one.tagName + ' ' + one.className + ' ' + one.textContent.slice(0, 60)),
        width: document.documentElement.scrollWidth,
      })`,
      );
      expect(state).toEqual({ paper: 'rgb(255, 255, 255)', closed: [], wide: [], width: PAPER.width });
      const pages = (await page.pdf({ preferCSSPageSize: true })).toString('latin1').match(/\/Type\s*\/Page\b/gu)?.length ?? 0;
      // Reports of a few claims each: with all details open more than one page, and no page for every row.
      expect(pages).toBeGreaterThan(1);
      expect(pages).toBeLessThan(20);
    });
  });

  test.each(NAMES)('of %s breaks no rule of axe, light and dark, narrow and wide', async (name) => {
    await on(name, {}, async (page) => {
      await inside(page, OPEN);
      await inside(page, AXE);
      for (const [colorScheme, viewport] of [['light', PHONE], ['light', DESKTOP], ['dark', DESKTOP], ['dark', PHONE]] as const) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(viewport);
        const { violations, passes } = await inside<AxeResults>(page, `axe.run(document, { resultTypes: ['violations'] })`);
        const told = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 200)).join(' | ')}`);
        expect(told, `${colorScheme}, ${viewport.width} wide`).toEqual([]);
        expect(passes.length).toBeGreaterThan(20);
      }
    });
  });

  test('shows each plot with a name, its numbers in words, and the same as a table', async () => {
    await on('verify', { viewport: DESKTOP }, async (page) => {
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
      await page.getByText('The same in numbers').click();
      expect(await page.locator('table.tight tbody tr').last().innerText()).toMatch(/^theorem-1-rate\s+0\.9688\s+drawn, float64\s+400\s+310\s/u);
      await page.locator('.detail', { hasText: 'theorem-1-rate' }).locator('summary').first().click();
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
      'How near each bound was approached',
      'Where the slack goes',
      'Worst cases',
      'Figure 1',
      'Figure 2',
      'Claims and coverage',
      'Evidence, claim by claim',
      'How to replay',
    ];
    await on('verify', { viewport: DESKTOP }, async (page) => {
      expect(await page.locator('main h2').allInnerTexts()).toEqual(titles);
      expect(await page.locator('nav a').allInnerTexts()).toEqual(titles);
      // By section of the paper, whatever the order of the claims.
      expect(await page.locator('.spread .name').allInnerTexts()).toEqual(['regret-bound', 'theorem-1-rate']);
    });
  });
});
