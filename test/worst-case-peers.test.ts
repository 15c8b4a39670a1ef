import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { gradientDescent } from '../oracles/performance-estimation/closed-form.js';
import { sdpa } from '../oracles/performance-estimation/sdpa.js';
import { statementOf, type Question } from '../oracles/performance-estimation/statement.js';
import { worstCase } from '../oracles/performance-estimation/worst-case.js';
import { rational } from '../src/arithmetic/rational.js';
import { csdp, pepitPython } from './support/interpreters.js';
import { heavyBall, nesterov } from './support/step-matrices.js';

const [PEPIT, CSDP] = [pepitPython(), csdp()];

function certified(question: Question): number {
  const { certificate } = worstCase(question, { theory: false });
  return rational.toNumber(rational.from(certificate!.bound));
}

describe('the semidefinite program for other solvers', () => {
  test.skipIf(CSDP === null).each(
    [
      ['gradient descent, one step', { method: gradientDescent(1, 1), condition: 'distance', criterion: 'value' }],
      ['Heavy Ball', { method: heavyBall(6, 1, 0.5), condition: 'distance', criterion: 'value' }],
      ["Nesterov's gradients", { method: nesterov(6), condition: 'distance', criterion: 'gradient' }],
      ['gradients from a value', { method: nesterov(5), condition: 'value', criterion: 'gradient' }],
      ['strongly convex', { method: heavyBall(5, 1, 0.9), strongConvexity: '1/10', condition: 'value', criterion: 'value' }],
      ['distance', { method: gradientDescent(5, '3/2'), strongConvexity: '1/10', condition: 'distance', criterion: 'distance' }],
    ] satisfies [string, Question][],
  )('%s: CSDP solves it to the same bound, for all pairs and for neighbours at least that', (_, question) => {
    const bound = certified(question);
    expect(Math.abs(solvedByCsdp(sdpa(question)) / bound - 1)).toBeLessThan(1e-6);
    expect(solvedByCsdp(sdpa(question, 'neighbours')) / bound - 1).toBeGreaterThan(-1e-6);
  });
});

function solvedByCsdp(program: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'omg-oracle-'));
  try {
    const file = join(folder, 'worst-case.dat-s');
    writeFileSync(file, program);
    const { stdout } = spawnSync(CSDP!, [file], { encoding: 'utf8', cwd: folder });
    const value = /^Dual objective value: (\S+)/m.exec(stdout)?.[1];
    expect(value, stdout).toBeDefined();
    return Number(value);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test.skipIf(PEPIT === null).each(
  [
    ['Heavy Ball', { method: heavyBall(4, 1, 0.5), condition: 'distance', criterion: 'value' }],
    ['strongly convex gradient descent', { method: gradientDescent(3, '3/2'), strongConvexity: '1/10', condition: 'value', criterion: 'gradient' }],
  ] satisfies [string, Question][],
)('%s: PEPit finds the same bound', (_, question) => {
  const script = fileURLToPath(new URL('../../test/fixtures/pepit.py', import.meta.url));
  const { stdout, stderr } = spawnSync(PEPIT!, [script], { input: JSON.stringify(statementOf(question)), encoding: 'utf8' });
  expect(stdout, stderr).toContain('bound');
  const { bound } = JSON.parse(stdout) as { bound: number };
  // Its solver stops at about six digits.
  expect(Math.abs(bound / certified(question) - 1)).toBeLessThan(1e-5);
});
