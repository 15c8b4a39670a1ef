import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Certificate } from '../oracles/performance-estimation/certificate.js';
import { check } from '../oracles/performance-estimation/check.js';
import { gradientDescentProof } from '../oracles/performance-estimation/closed-form.js';
import { worstCase } from '../oracles/performance-estimation/worst-case.js';
import { worstCaseCells } from '../reports/gate.js';
import { ratio, rational } from '../src/arithmetic/rational.js';
import { doubleUp, roundedUp } from '../reports/rounded-up.js';
import { standingOf } from '../src/gate/worst-case.js';
import { SEED } from './support/exactly.js';
import { MAIN, openCommandLines, type CommandLines, type Ended } from './support/omg.js';
import { POSIX } from './support/posix.js';

/** A decimal as the fraction that it is. */
function exact(decimal: string): ReturnType<typeof ratio> {
  const [digits = '', exponent = '0'] = decimal.split('e');
  const [whole = '', part = ''] = digits.split('.');
  const shift = Number(exponent) - part.length;
  return ratio(BigInt(whole + part) * 10n ** BigInt(Math.max(0, shift)), 10n ** BigInt(Math.max(0, -shift)));
}

describe('bounds are rounded up', () => {
  test('to the least decimal of so many digits that is no less', () => {
    const size = fc.bigInt({ min: 1n, max: 10n ** 60n });
    fc.assert(
      fc.property(size, size, fc.integer({ min: 1, max: 12 }), (p, q, digits) => {
        const [x, printed] = [ratio(p, q), roundedUp(`${p}/${q}`, digits)];
        expect(printed).toMatch(/^(?:\d+(?:\.\d+)?|\d(?:\.\d+)?e[+-]\d+)$/);
        const up = exact(printed);
        expect(rational.lessOrEqual(x, up)).toBe(true);
        // One in the last digit is at most 10^{1 − digits} of the number.
        expect(rational.compare(rational.mul(rational.sub(up, x), ratio(10n ** BigInt(digits - 1))), up)).toBeLessThan(0);
        expect(printed.replace(/e.*/, '').replace('.', '').replace(/^0+/, '').replace(/0+$/, '').length).toBeLessThanOrEqual(digits);
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  test.each<[string, number, string]>([
    ['1/42', 10, '0.02380952381'],
    ['1/3', 3, '0.334'],
    ['999/1000', 2, '1'],
    ['1/10', 7, '0.1'],
    ['0', 5, '0'],
    ['123456', 2, '130000'],
    ['1/3000000', 2, '3.4e-7'],
    ['5/2', 4, '2.5'],
    [`1${'0'.repeat(30)}`, 3, '1e+30'],
  ])('%s to %i digits is %s', (x, digits, printed) => {
    expect(roundedUp(rational.format(rational.from(x)), digits)).toBe(printed);
  });

  test('what is negative is no bound, and a double is taken for the number that it is nearest to', () => {
    expect(() => roundedUp('-1/2', 3)).toThrow('expected a number ≥ 0, got -1/2');
    expect([0.1, 1 / 3, 0, 2 / 3].map((x) => doubleUp(x, 7))).toEqual(['0.1', '0.3333334', '0', '0.6666667']);
    expect(doubleUp(NaN, 3)).toBe('NaN');
  });

  test('in the gate’s table, which says what is loose', () => {
    const row = { gradients: 3, config: {}, criterion: 'f(x_3) − f*', unit: 'LR²', bound: 1 / 30, exact: '1/30', attained: 1, method: 1 / 30 };
    expect(worstCaseCells(row)).toEqual(['f(x_3) − f*', '≤ 1/30 = 0.03333334, proved', '100.000 %', '0.03333334']);
    expect(worstCaseCells({ ...row, attained: 0.99 })[1]).toBe('≤ 1/30 = 0.03333334, proved, loose');
    expect(worstCaseCells({ ...row, attained: NaN }).slice(1, 3)).toEqual(['≤ 1/30 = 0.03333334, proved, loose', 'nothing']);
    expect(worstCaseCells({ ...row, exact: null })[1]).toBe('≈ 0.03333333, not proved');
  });
});

test('what a bound is called follows from its proof and from what was seen', () => {
  const worst = worstCase({ method: gradientDescentProof(1, 1).method, condition: 'distance', criterion: 'value' });
  const standing = (attained: number, certificate: Certificate | null = worst.certificate): string => standingOf({ worst: { ...worst, certificate }, attained }, 'float64');
  expect([1, 0.999, 1 + 2 ** -21, 0.998, 0, NaN, 1.001, Infinity].map((attained) => standing(attained))).toEqual([
    'tight',
    'tight',
    'tight',
    'loose',
    'loose',
    'loose',
    'refuted',
    'refuted',
  ]);
  expect([1, 0, NaN, 4122054898.72].map((attained) => standing(attained, null))).toEqual(['estimate', 'estimate', 'estimate', 'refuted']);
});

describe('certificate check', () => {
  let folder: string;
  let lines: CommandLines;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'omg-oracle-certificate-'));
    lines = openCommandLines({ cwd: folder, env: process.env });
    write('gd3.json', gradientDescentProof(3, 1));
    write('gd2.json', gradientDescentProof(2, 1));
    write('half.json', gradientDescentProof(3, '1/2'));
  });
  afterAll(async () => {
    await lines.end();
    rmSync(folder, { recursive: true, force: true });
  });
  const write = (name: string, what: unknown): void => writeFileSync(join(folder, name), typeof what === 'string' ? what : JSON.stringify(what));
  const checked = (...args: string[]): Promise<Ended> => lines.run(['certificate', 'check', ...args]);
  const GD3 = ['--of', 'gradient-descent', '--horizon', '3'];

  test('--of: this optimizer’s, and no other’s', async () => {
    const own = await checked('gd3.json', ...GD3);
    expect(own).toMatchObject({ status: 0, stderr: '' });
    expect(own.stdout).toMatch(/^valid: f\(x_3\) − f\* ≤ 1\/14 [^]*of gradient-descent, the package's own, \{"learningRate":1\}, whose steps are\n/);
    for (
      const [args, reason] of [
        [['half.json', ...GD3], 'expected 1 of gradient 0 on the way to y_1, as the method has, got "1/2"'],
        [['gd2.json', ...GD3], 'expected a certificate of a method of 3 gradients, got 2'],
        [['gd3.json', ...GD3, '--strong-convexity', '0.1'], 'expected a certificate of ["1/10","distance","value"]'],
        [['gd3.json', ...GD3, '--criterion', 'gradient'], 'expected a certificate of ["0","distance","gradient"]'],
        [['gd3.json', ...GD3, '--condition', 'value'], 'expected a certificate of ["0","value","value"]'],
        [['gd3.json', ...GD3, '--judged', 'average'], 'on the way to the output'],
        [['gd3.json', '--of', 'nesterov', '--horizon', '3'], 'as the method has'],
      ] as const
    ) {
      const other = await checked(...args);
      expect(other.stdout).toContain('refused: ');
      expect(other.stdout).toContain(reason);
      expect(other.status).toBe(1);
    }
    expect((await checked('half.json', ...GD3, '--config', '{"learningRate":0.5}')).status).toBe(0);
  });

  test('--require: the bound is at most that', async () => {
    expect(await checked('gd3.json', ...GD3, '--require', 'f(x_N) - f* <= L*R^2/(4*N+2)')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('required: f(x_N) - f* <= L*R^2/(4*N+2)') as string,
    });
    const more = await checked('gd3.json', ...GD3, '--require', 'f(x_N) - f* <= L*R^2/(4*N+3)', '--json');
    expect(more.status).toBe(1);
    expect(JSON.parse(more.stdout)).toMatchObject({ valid: true, required: { kept: false } });
    expect((await checked('gd3.json', ...GD3, '--require', 'f(x_N) - f* <= L*R^2/(4*N+3)')).stdout).toMatch(/^more than required: /);
    for (
      const [args, message] of [
        [['--require', 'L*R^2/N'], /expected --of OPTIMIZER or --command .* beside --require/],
        [[...GD3, '--require', 'LR'], /--require: expected the right side/],
        [[...GD3, '--require', '|∇f(x_N)|^2 <= L^2*R^2', '--criterion', 'value'], /expected --criterion gradient/],
        [[...GD3, '--require', 'f(x_2) - f* <= L*R^2'], /expected --horizon 2/],
        [[...GD3, '--require', 'L*R^2', '--condition', 'value'], /expected --condition distance/],
        [['--horizon', '3'], /beside --horizon/],
        [['--of', 'gradient-descent'], /expected --horizon N/],
      ] as const
    ) {
      const { status, stderr } = await checked('gd3.json', ...args);
      expect(stderr).toMatch(message);
      expect(status).toBe(2);
    }
  });

  test('--json has the statement; several files end with the worst', async () => {
    const { status, stdout } = await checked('gd3.json', '--json');
    expect(status).toBe(0);
    const { method, ...certificate } = gradientDescentProof(3, 1);
    expect(JSON.parse(stdout)).toEqual({
      valid: true,
      statement: {
        quantity: 'worst case',
        horizon: 3,
        method,
        strongConvexity: '0',
        condition: certificate.condition,
        criterion: certificate.criterion,
        bound: { exact: '1/14', atMost: '0.07142857143' },
      },
      of: null,
    });
    const several = await checked('gd3.json', 'half.json', ...GD3, '--json');
    expect(several.status).toBe(1);
    expect(JSON.parse(several.stdout)).toMatchObject([{ file: 'gd3.json', valid: true, of: { subject: "gradient-descent, the package's own" } }, {
      file: 'half.json',
      valid: false,
    }]);
    expect((await checked('half.json', 'none.json', 'gd3.json')).status).toBe(2);
    expect((await checked('gd2.json', 'gd3.json')).stdout).toMatch(/^gd2\.json: valid[^]*\ngd3\.json: valid/);
  });

  const still = (N: number): Certificate =>
    worstCase({
      method: { queries: Array.from({ length: N }, (_, i) => Array.from({ length: i }, () => 0)), output: Array.from({ length: N }, () => 0) },
      condition: 'distance',
      criterion: 'value',
    }).certificate!;

  test('a lazy certificate is said to show nothing, and is nobody’s', async () => {
    write('none-asked.json', still(0));
    write('still.json', still(3));
    const { multipliers, remainder: { denominator, rows }, ...start } = gradientDescentProof(3, 1);
    // τ·‖x_0 − x*‖² more, for a bound of a million.
    const by = rational.sub(rational.from('1000000'), rational.from(start.bound));
    write('huge.json', {
      ...start,
      bound: '1000000',
      multipliers,
      remainder: scaled([[add(rows[0]![0]!, denominator, by)], ...rows.slice(1).map((row) => row.map((entry) => ratio(BigInt(entry), BigInt(denominator))))]),
    });
    for (const [name, said] of [['none-asked.json', 'of 0 gradients'], ['still.json', 'out = x_0\n'], ['huge.json', '≤ 1000000 L']] as const) {
      const { status, stdout } = await checked(name);
      expect(stdout).toContain(said);
      expect(stdout).toContain('no less than x_0 itself promises: it shows nothing of the method');
      expect(status).toBe(0);
    }
    for (const name of ['none-asked.json', 'still.json']) expect((await checked(name, ...GD3)).status).toBe(1);
    expect(await checked('huge.json', ...GD3, '--require', 'L*R^2')).toMatchObject({ status: 1 });
    expect((await checked('gd3.json')).stdout).not.toContain('shows nothing');
  });

  const add = (entry: string, denominator: string, by: ReturnType<typeof ratio>): ReturnType<typeof ratio> => rational.add(ratio(BigInt(entry), BigInt(denominator)), by);
  function scaled(rows: readonly (readonly ReturnType<typeof ratio>[])[]): Certificate['remainder'] {
    let denominator = 1n;
    for (const { d } of rows.flat()) while (denominator % d !== 0n) denominator *= d;
    const entries = rows.map((row) => row.map(({ s, n, d }) => s * n * (denominator / d)));
    const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
    const shared = entries.flat().reduce((g, entry) => gcd(g, entry < 0n ? -entry : entry), denominator);
    return { denominator: String(denominator / shared), rows: entries.map((row) => row.map((entry) => String(entry / shared))) };
  }

  test('a hostile one is refused in a line', async () => {
    const text = JSON.stringify(gradientDescentProof(3, 1));
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const files: [string, string, number][] = [
      ['twice.json', text.replace('"bound":"1/14"', '"bound":"1/15","bound":"1/14"'), 1],
      ['spelled.json', text.replace('"bound":"1/14"', '"bound":"\\u0031/14"'), 1],
      ['long.json', text.replace('"1/14"', `"1/${'4'.repeat(1_000_000)}"`), 1],
      ['member.json', text.replace('{', '{"author":"me",'), 1],
      ['proto.json', text.replace('{', '{"__proto__":{},'), 1],
      ['type.json', text.replace('"1/14"', '[["1/14"]]'), 1],
      ['index.json', text.replace('"i":0', '"i":0.0'), 1],
      ['row.json', text.replace('"queries":[[],["1"]', '"queries":[[],["2"]'), 1],
      ['null.json', 'null', 2],
      ['deep.json', deep, 2],
      ['empty.json', '', 2],
    ];
    for (const [name, content, status] of files) {
      write(name, content);
      const ended = await checked(name);
      expect(ended.status, name).toBe(status);
      const said = ended.stdout + ended.stderr;
      expect(said, name).toMatch(status === 1 ? new RegExp(`^${name}: refused: expected .*\n$`) : new RegExp(`^omg-oracle: .*${name}`));
      expect(said.length, name).toBeLessThan(1000);
      expect(said, name).not.toMatch(/TypeError|undefined|at .*\.js/);
    }
    expect((await checked('twice.json', '--json')).stdout).toContain('"valid":false');
    // Blanks are nobody's business.
    write('spaced.json', JSON.stringify(gradientDescentProof(3, 1), null, 2));
    expect((await checked('spaced.json')).status).toBe(0);
  });

  test('the checker itself bounds what it multiplies, and repeats no more than it must', () => {
    const reason = (certificate: unknown): string => {
      const verdict = check(certificate);
      return verdict.valid ? '' : verdict.reason;
    };
    const small = gradientDescentProof(1, 1);
    expect(reason({ ...small, bound: '9'.repeat(100_001) })).toMatch(/^expected a number of at most 100000 characters, got "9{200}" … of 100001 characters$/);
    expect(reason({ ...small, method: { queries: Array.from({ length: 1001 }, () => []), output: [] } })).toBe('expected at most 1000 queries, got 1001');
    expect(reason({ ...small, multipliers: { a: [1] } })).toBe('expected multipliers as an array, got an object');
    expect(reason({ ...small, bound: 'x'.repeat(500) }).length).toBeLessThan(300);
  });

  test.runIf(POSIX).each(['SIGINT', 'SIGTERM'] as const)('%s ends a long solve within two seconds, with 4 (needs POSIX)', async (signal) => {
    const child = spawn(process.execPath, [MAIN, 'worst-case', 'nesterov', '--horizon', '150'], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
    await new Promise((resolve) => {
      setTimeout(resolve, 5000);
    });
    const began = Date.now();
    child.kill(signal);
    const [status] = (await once(child, 'close')) as [number | null];
    expect(status).toBe(4);
    expect(Date.now() - began).toBeLessThan(2000);
    expect(stderr).toBe('omg-oracle: interrupted: nothing was proved, and nothing is written\n');
  });

  test('of a long method, whose steps are in the file alone', async () => {
    expect((await lines.run(['worst-case', 'nesterov', '--horizon', '7', '--certificate', 'long.json'])).status).toBe(0);
    const steps = '\n  of 7 gradients, whose steps are in the file, and in --json\n';
    const own = await checked('long.json', '--of', 'nesterov', '--horizon', '7');
    expect(own.stdout.endsWith(` inequalities, of nesterov, the package's own, {"learningRate":1}${steps}`)).toBe(true);
    expect((await checked('long.json')).stdout.endsWith(` inequalities, of the method${steps}  whose method that is, --of OPTIMIZER proves\n`)).toBe(true);
  });

  test('of a module', async () => {
    const module = fileURLToPath(new URL('../../examples/nesterov.mjs', import.meta.url));
    expect((await lines.run(['worst-case', module, '--like', 'nesterov', '--horizon', '4', '--certificate', 'nesterov.json'])).status).toBe(0);
    expect((await checked('nesterov.json', '--of', module, '--like', 'nesterov', '--horizon', '4', '--require', 'f(x_N) - f* <= 2*L*R^2/(N+1)^2')).status).toBe(0);
    expect(await checked('nesterov.json', '--of', 'adagrad', '--horizon', '4', '--config', '{"learningRate":1,"epsilon":1,"epsilonInside":true}')).toMatchObject({
      status: 4,
      stderr: expect.stringContaining('its steps are not fixed') as string,
    });
    expect((await checked('nesterov.json', '--command', 'false', '--like', 'nesterov', '--horizon', '4')).status).toBe(3);
  });
});
