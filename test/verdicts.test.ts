import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../src/cli/commands.js';
import { EXIT, exitStatus } from '../src/runner/exit-status.js';
import { VERDICTS } from '../src/verdict.js';
import { gateResult } from './support/gate-report.js';

// The compiled tests lie two folders below the package.
const page = readFileSync(new URL('../../docs/VERDICTS.md', import.meta.url), 'utf8');

/** The rows of the table under a heading, cell by cell. */
function rows(heading: string): string[][] {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`))!;
  return section.split('\n').filter((line) => line.startsWith('| ')).slice(2).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
}

describe('docs/VERDICTS.md', () => {
  test('has a row for every verdict, in their order', () => {
    expect(rows('Verdicts').map(([name]) => name)).toEqual(VERDICTS.map((verdict) => `\`${verdict}\``));
  });

  test('says with which status a run ends that has nothing but this verdict beside one that holds', () => {
    for (const [i, [, , , status]] of rows('Verdicts').entries()) {
      const verdict = VERDICTS[i]!;
      if (verdict === 'inapplicable' || verdict === 'skipped') expect(status).toMatch(/^counts neither way/);
      else expect(status, verdict).toBe(String(exitStatus([gateResult('a'), gateResult('b', { verdict })], true)));
    }
  });

  test('has every exit status, and their order', () => {
    expect(rows('Exit statuses').map(([status]) => Number(status))).toEqual(Object.values(EXIT));
    expect(page).toContain(`${EXIT.usage} goes before ${EXIT.notRun} before ${EXIT.violated} before ${EXIT.inconclusive}`);
    const worst = (...verdicts: readonly (typeof VERDICTS)[number][]): number => exitStatus(verdicts.map((verdict, i) => gateResult(`c${i}`, { verdict })), true);
    expect([worst('inconclusive', 'violated', 'crashed'), worst('inconclusive', 'violated'), worst('holds', 'inconclusive')]).toEqual([
      EXIT.notRun,
      EXIT.violated,
      EXIT.inconclusive,
    ]);
  });

  test('says what each command that judges something promises', () => {
    // These write or list, and judge nothing.
    const judging = COMMANDS.map(({ name }) => name).filter((name) => !['init', 'claims', 'completion'].includes(name));
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!);
    expect(judging.length).toBeGreaterThan(8);
    for (const name of judging) expect(headings.some((heading) => heading.split(' and ').includes(name)), name).toBe(true);
  });

  test('is the only page with a table of exit statuses', () => {
    for (const path of ['README.md', 'docs/GATE.md', 'docs/PROTOCOL.md']) {
      const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
      expect(text, path).not.toMatch(/^\| (exit )?status \|/im);
      expect(text, path).toContain('VERDICTS.md');
    }
  });
});
