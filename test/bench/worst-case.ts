/**
 * Worst cases of fixed-step methods by this package, by PEPit and by CSDP, the same problems in one run:
 *
 *     node dist/test/bench/worst-case.js [rounds] [words of problems' names …]
 *
 * For each: value; relative error, where the truth is known; milliseconds in the process, without its start, and of the whole process, both medians
 * over the rounds, in which the programs take turns; and how many times the whole process is longer than ours. Ours is certified, without closed forms:
 * with all interpolation conditions, and with those that it finds to be needed. CSDP gets all of them; what it takes to write its file is not counted.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { gradientDescent, optimizedGradientMethod, optimizedWeights } from '../../oracles/performance-estimation/closed-form.js';
import { sdpa } from '../../oracles/performance-estimation/sdpa.js';
import { statementOf, type Question } from '../../oracles/performance-estimation/statement.js';
import { rational } from '../../src/arithmetic/rational.js';
import { csdp, pepitPython } from '../support/interpreters.js';
import { heavyBall, nesterov } from '../support/step-matrices.js';

export interface Problem {
  readonly name: string;
  readonly question: Question;
  readonly truth: number | null;
}

export interface Outcome {
  readonly value: number;
  /** null where the program does not say. */
  readonly inside: number | null;
  readonly whole: number;
}

export type Solver = (question: Question) => Outcome;

const asked = (question: Pick<Question, 'method'> & Partial<Question>): Question => ({ condition: 'distance', criterion: 'value', ...question });

export function problems(): Problem[] {
  const weights = optimizedWeights(10);
  const descent = [5, 10, 20].map((N): Problem => ({ name: `gradient descent, N = ${N}`, question: asked({ method: gradientDescent(N, 1) }), truth: 1 / (4 * N + 2) }));
  return [
    ...descent,
    { name: 'optimized gradient method, N = 10', question: asked({ method: optimizedGradientMethod(weights) }), truth: 1 / (2 * rational.toNumber(weights.at(-1)!) ** 2) },
    { name: 'Heavy Ball 1/L, 1/2, N = 10', question: asked({ method: heavyBall(10, 1, 0.5) }), truth: null },
    { name: 'Nesterov, N = 10', question: asked({ method: nesterov(10) }), truth: 2 / 156 },
    {
      name: 'gradient descent 3/2, mu = 1/10, distance, N = 10',
      question: asked({ method: gradientDescent(10, '3/2'), strongConvexity: '1/10', criterion: 'distance' }),
      truth: 0.85 ** 20,
    },
    { name: 'gradient descent, gradient, N = 10', question: asked({ method: gradientDescent(10, 1), criterion: 'gradient' }), truth: 1 / 121 },
  ];
}

export const SINGLE = fileURLToPath(new URL('worst-case-single.js', import.meta.url));
export const SCRIPT = fileURLToPath(new URL('../../../test/fixtures/pepit.py', import.meta.url));

/** A process from its start to its end. @throws {Error} with its last words, where it fails. */
function timed(command: string, words: readonly string[], input: string): { stdout: string; whole: number } {
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(command, words, { input, encoding: 'utf8' });
  const whole = performance.now() - begun;
  if (status !== 0) throw new Error(`expected ${command} to end with status 0, got ${status}: ${stderr.slice(-1000)}`);
  return { stdout, whole };
}

/** A program that takes a statement and prints its bound and seconds. */
export const asking = (command: string, words: readonly string[]): Solver => (question) => {
  const { stdout, whole } = timed(command, words, JSON.stringify(statementOf(question)));
  const { bound, seconds } = JSON.parse(stdout) as { bound: number; seconds: { solve: number } };
  return { value: bound, inside: seconds.solve * 1000, whole };
};

const asFile = (command: string, folder: string): Solver => (question) => {
  const [file, solution] = [join(folder, 'problem.dat-s'), join(folder, 'solution')];
  writeFileSync(file, sdpa(question));
  const { whole } = timed(command, [file, solution], '');
  // The multipliers on the first line, as in CSDP's format: the first is the bound.
  return { value: Number(/\S+/.exec(readFileSync(solution, 'utf8'))?.[0]), inside: null, whole };
};

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;

const WIDTHS = [15, 22, 10, 12, 12, 8];
const line = (...cells: readonly string[]): string => `  ${cells.map((cell, i) => (i === 0 ? cell.padEnd(WIDTHS[i]!) : cell.padStart(WIDTHS[i]!))).join('')}\n`;

function report({ name, question, truth }: Problem, solvers: readonly (readonly [string, Solver])[], rounds: number): void {
  const outcomes = new Map(solvers.map(([solver]) => [solver, [] as Outcome[]]));
  for (let round = 0; round < rounds; round++) for (const [solver, solve] of solvers) outcomes.get(solver)!.push(solve(question));
  process.stdout.write(`${name}${truth === null ? '' : ` (${truth})`}\n${line('', 'value', 'error', 'inside, ms', 'whole, ms', 'ratio')}`);
  const ours = median(outcomes.get(solvers[0]![0])!.map(({ whole }) => whole));
  for (const [solver, all] of outcomes) {
    const [{ value, inside }, whole] = [all[0]!, median(all.map((outcome) => outcome.whole))];
    const middle = inside === null ? '' : median(all.map((outcome) => outcome.inside!)).toFixed(0);
    process.stdout.write(line(solver, value.toPrecision(12), truth === null ? '' : (value / truth - 1).toExponential(1), middle, whole.toFixed(0), (whole / ours).toFixed(1)));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rounds = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 5);
  const words = process.argv.slice(2).filter((word) => !/^\d+$/.test(word));
  const folder = mkdtempSync(join(tmpdir(), 'omg-oracle-'));
  try {
    const solvers: [string, Solver][] = [['ours, needed', asking(process.execPath, [SINGLE, 'needed'])], ['ours, all', asking(process.execPath, [SINGLE, 'all'])]];
    const [pepit, peer] = [pepitPython(), csdp()];
    if (pepit !== null) solvers.push(['PEPit', asking(pepit, [SCRIPT])]);
    if (peer !== null) solvers.push(['CSDP', asFile(peer, folder)]);
    process.stdout.write(`medians of ${rounds}; load ${loadavg()[0]!.toFixed(1)}\n`);
    for (const problem of problems()) if (words.every((word) => problem.name.includes(word))) report(problem, solvers, rounds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
