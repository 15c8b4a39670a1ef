/**
 * What the package costs beside its peers, by turns in one run:
 *
 *     npm run bench [-- NAMES …] [-- --markdown]
 *
 * Each line: what, ours, the peer's, how many times as fast ours is (the median of the rounds, and its quartiles), and what that must be at least.
 * A peer that is missing is told. The exit status is 1 where a ratio is below what it must be. With --markdown the table of README.md comes last.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { onlineToBatchLedger, unconstrainedRegretLedger } from '../../oracles/ledger.js';
import { agree } from '../../oracles/tally.js';
import { decimal } from '../../src/arithmetic/decimal.js';
import { float64 } from '../../src/arithmetic/float64.js';
import { primeField } from '../../src/arithmetic/prime-field.js';
import { rational } from '../../src/arithmetic/rational.js';
import type { Space } from '../../src/arithmetic/space.js';
import { constantJacobianRule } from '../../src/generator/learner.js';
import { metaCase, prepareIdentity, type MetaCase } from '../../src/generator/meta-case.js';
import { rationalNumbers } from '../../src/generator/number.js';
import { reference } from '../../src/subject.js';
import { checkTraceFile, headerOf } from '../../src/trace/check-file.js';
import { arrowPython, hypothesisPython, pepitPython, python, torchPython, withArrow } from '../support/interpreters.js';
import { openLinePeer } from '../support/line-peer.js';
import { CONFIGS, RIGHT, record } from '../support/traced-run.js';
import { bareLoop, bareTheoremTwo } from './bare-theorem-2.js';
import { EXAMPLES, openRoundTrips } from './gate-round-trip.js';
import { resnetSteps } from './resnet-step.js';
import { LARGEST, arm, ourCase, sizedCase, stages } from './theorem-2.js';
import { byTurns, exponent, processorTime, quantile, ratioOf, type Ratio } from './turns.js';
import { SCRIPT, SINGLE, asking, problems } from './worst-case.js';

interface Row {
  readonly what: string;
  readonly peer: string;
  readonly ours: string;
  readonly theirs: string;
  readonly ratio?: Ratio;
  /** What the median of the ratios must be at least. */
  readonly least?: number;
}

type Told = (row: Row) => void;

const here = (name: string): string => fileURLToPath(new URL(`../../../test/bench/${name}`, import.meta.url));
const missing = (told: Told, what: string, peer: string): void => told({ what, peer, ours: '', theirs: 'not here, not measured' });
const perSecond = (microseconds: number): string => `${rounded(1e6 / microseconds)} cases/s`;

/** Three digits. */
function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

async function theorem(told: Told): Promise<void> {
  const what = 'theorem-2 in float64, n ≤ 8, T ≤ 100';
  for (
    const [peer, ledgers, least] of [['a bare fast-check loop, run, comparator, ledgers and bound by hand', true, 0.5], [
      'the same loop with the inequality alone',
      false,
      undefined,
    ]] as const
  ) {
    let [ours, theirs] = [0, 0];
    const bare = (): number => (processorTime(() => void bareLoop(LARGEST, 1250, ++theirs, ledgers)) / 1250) * 1000;
    const ratio = await byTurns(15, () => ourCase(++ours), bare, 5);
    told({ what, peer, ours: perSecond(ratio.ours), theirs: perSecond(ratio.theirs), ratio, ...(least === undefined ? {} : { least }) });
  }
  const all = Array.from({ length: 12 }, (_, seed) => stages(seed)).slice(4);
  // −0 + 0 is 0.
  const middle = (stage: keyof ReturnType<typeof stages>): string => `${stage} ${Math.round(quantile(all.map((one) => one[stage]), 0.5)) + 0}`;
  told({ what: 'one case by stages, µs', peer: 'none', ours: (['generation', 'run', 'verdict'] as const).map(middle).join(', '), theirs: '' });
}

async function hypothesis(told: Told): Promise<void> {
  const [what, peer] = ['theorem-2 in float64, n ≤ 8, T ≤ 100', 'Hypothesis and NumPy in Python'];
  const interpreter = hypothesisPython();
  if (interpreter === null) return missing(told, what, peer);
  const session = openLinePeer(interpreter, [here('hypothesis_theorem_2.py')], { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' });
  let [ours, theirs] = [0, 0];
  const ratio = await byTurns(7, () => ourCase(++ours), async () => {
    const { cases, seconds } = JSON.parse(await session.ask(JSON.stringify({ examples: 60, seed: ++theirs }))) as { cases: number; seconds: number };
    return (seconds / cases) * 1e6;
  }, 2);
  session.end();
  told({ what, peer, ours: perSecond(ratio.ours), theirs: perSecond(ratio.theirs), ratio, least: 100 });
}

async function growth(told: Told): Promise<void> {
  const axes = [['T', [10, 100, 1000], (T: number) => sizedCase(8, T), 'at n = 8'], ['n', [2, 8, 32], (n: number) => sizedCase(n, 100), 'at T = 100']] as const;
  for (const [axis, sizes, caseOf, at] of axes) {
    const costs: Ratio[] = [];
    for (const size of sizes) {
      const data = caseOf(size);
      const times = Math.ceil(8000 / (axis === 'T' ? size : 10 * size));
      const cost = (work: () => void) => (): number =>
        (processorTime(() => {
          for (let i = 0; i < times; i++) work();
        }) / times / data.alpha.length) * 1000;
      costs.push(await byTurns(7, cost(() => void arm.check(reference, data as never)), cost(() => void bareTheoremTwo(data)), 5));
    }
    const side = (of: (ratio: Ratio) => number): string => {
      const each = costs.map(of);
      return `${each.map(rounded).join(', ')} µs: ${axis}^${exponent(sizes, axis === 'T' ? each.map((cost, i) => cost * sizes[i]!) : each).toFixed(2)} a case`;
    };
    told({ what: `a round of theorem-2, ${axis} = ${sizes.join(', ')} ${at}`, peer: 'the bare loop', ours: side((one) => one.ours), theirs: side((one) => one.theirs) });
  }
}

/** The run and two identities, over any field. */
function identities<S>(K: Space<S>, data: MetaCase): void {
  const { f, config, hint } = prepareIdentity(K, reference, data);
  const rounds = reference.optimisticMetaLearning(K, config, hint);
  const u = rounds[0]!.w;
  for (
    const { lhs, rhs } of [
      onlineToBatchLedger(K, f, rounds, f.minimiser, 500),
      unconstrainedRegretLedger(K, rounds, u, 500),
    ]
  ) {
    if (!agree(K, lhs, rhs)) throw new Error(`expected an identity in ${K.name}, got ${K.format(lhs.value)} and ${K.format(rhs.value)}`);
  }
}

async function arithmetics(told: Told): Promise<void> {
  const generator = metaCase(rationalNumbers, { horizon: { min: 10, max: 10 }, dimension: 2, functions: 'quadratic', rules: constantJacobianRule, sets: 'whole' });
  const cases = fc.sample(generator, { numRuns: 20, seed: 1 });
  const cost = <S>(K: Space<S>, times: number) => (): number =>
    (processorTime(() => {
      for (let i = 0; i < times; i++) for (const data of cases) identities(K, data);
    }) / times / cases.length) * 1000;
  for (const [name, theirs] of [['the prime field', cost(primeField, 5)], ['rationals', cost(rational, 1)], ['decimals of 50 digits', cost(decimal(50), 1)]] as const) {
    const ratio = await byTurns(5, cost(float64, 50), theirs, 2);
    told({
      what: 'a run of 10 rounds and its identities, in float64',
      peer: `the same code over ${name}`,
      ours: `${rounded(ratio.ours)} µs`,
      theirs: `${rounded(ratio.theirs)} µs`,
      ratio,
    });
  }
}

async function worstCases(told: Told): Promise<void> {
  const interpreter = pepitPython();
  for (const { name, question } of problems().filter((problem) => ['gradient descent, N = 10', 'Nesterov, N = 10'].includes(problem.name))) {
    const [what, peer] = [`the certified worst case of ${name}, as a process`, 'PEPit with its default solver, not certified'];
    if (interpreter === null) {
      missing(told, what, peer);
      continue;
    }
    const [ours, theirs] = [asking(process.execPath, [SINGLE, 'needed']), asking(interpreter, [SCRIPT])];
    const ratio = await byTurns(3, () => ours(question).whole, () => theirs(question).whole);
    told({ what, peer, ours: `${ratio.ours.toFixed(0)} ms`, theirs: `${ratio.theirs.toFixed(0)} ms`, ratio });
  }
}

async function gate(told: Told): Promise<void> {
  const interpreter = python();
  const [rounds, steps, warmUp] = [11, 300, 3];
  for (
    const [what, door, peer, command, script] of [
      ['a step of the gate, Python, n = 8', { command: `${interpreter ?? 'python3'} "${EXAMPLES}nesterov.py"` }, 'a Python process that echoes JSON lines', interpreter, 'echo.py'],
      ['a step of the gate, JavaScript module, n = 8', { module: `${EXAMPLES}nesterov.mjs` }, 'a Node process that echoes JSON lines', process.execPath, 'echo.mjs'],
    ] as const
  ) {
    if (command === null) {
      missing(told, what, peer);
      continue;
    }
    const [trips, echo] = [await openRoundTrips(door, 8, (rounds + warmUp) * steps), openLinePeer(command, [here(script)])];
    let query: readonly number[] = Array.from({ length: 8 }, Math.random);
    const ratio = await byTurns(rounds, () => trips.steps(steps), async () => {
      const begun = performance.now();
      for (let t = 1; t <= steps; t++) query = (JSON.parse(await echo.ask(JSON.stringify({ t, gradient: query.map((q) => 1.1 * q), value: 1.25 }))) as { query: number[] }).query;
      return ((performance.now() - begun) / steps) * 1000;
    }, warmUp);
    await trips.end();
    echo.end();
    told({ what, peer, ours: `${ratio.ours.toFixed(0)} µs`, theirs: `${ratio.theirs.toFixed(0)} µs`, ratio });
  }
}

async function resnet(told: Told): Promise<void> {
  const [what, peer] = ['a step of ResNet-20, 32×32, 8 pictures, WebAssembly', 'PyTorch'];
  if (torchPython() === null) return missing(told, what, peer);
  const times = await resnetSteps({ backend: 'wasm', model: 'resnet20', image: 32, batch: 8, steps: 32, device: 'cpu' });
  // The first steps compile.
  const ratio = ratioOf(times.ours.map((ours, i) => ({ ours, theirs: times.theirs[i]! })).slice(2));
  told({ what, peer: times.peer, ours: `${ratio.ours.toFixed(0)} ms`, theirs: `${ratio.theirs.toFixed(0)} ms`, ratio, least: 1 / 6 });
}

async function trace(told: Told): Promise<void> {
  const interpreter = arrowPython();
  const folder = mkdtempSync(join(tmpdir(), 'omg-oracle-bench-'));
  try {
    const path = join(folder, 'sgd.arrow');
    record(path, 'sgd-momentum', RIGHT['sgd-momentum'], { steps: 20, sizes: [60_000, 60_000] });
    const what = `a trace of ${(statSync(path).size / 2 ** 20).toFixed(0)} MB, read and every step done again`;
    const peer = 'pyarrow and NumPy by hand, with a tolerance';
    if (interpreter === null) return missing(told, what, peer);
    const session = openLinePeer(interpreter, [here('read_trace.py')], withArrow());
    const header = headerOf(path);
    const ratio = await byTurns(7, async () => {
      const begun = performance.now();
      const { results } = await checkTraceFile(path, header, 'sgd-momentum', CONFIGS['sgd-momentum'], new AbortController().signal);
      const bad = results.find(({ verdict }) => verdict !== 'holds' && verdict !== 'inapplicable');
      if (bad !== undefined) throw new Error(`expected a trace that is right, got ${bad.id}: ${bad.verdict}`);
      return performance.now() - begun;
    }, async () => (JSON.parse(await session.ask(path)) as { seconds: number }).seconds * 1000);
    session.end();
    told({ what, peer, ours: `${ratio.ours.toFixed(0)} ms`, theirs: `${ratio.theirs.toFixed(0)} ms`, ratio });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const MEASURES: { readonly [name: string]: (told: Told) => Promise<void> } = {
  'theorem-2': theorem,
  hypothesis,
  growth,
  arithmetics,
  'worst-case': worstCases,
  gate,
  resnet,
  trace,
};

const times = (ratio: number): string => ratio.toFixed(ratio >= 10 ? 0 : 2);
const spread = ({ median, low, high }: Ratio): string => `${times(median)} (${times(low)} to ${times(high)})`;

function inWords({ what, peer, ours, theirs, ratio, least }: Row): string {
  const told = ratio === undefined ? '' : `; ratio ${spread(ratio)}${least === undefined ? '' : `, at least ${times(least)}: ${ratio.median >= least ? 'met' : 'MISSED'}`}`;
  return `${what}: ${[ours, ...(theirs === '' ? [] : [`${peer}: ${theirs}`])].filter((part) => part !== '').join('; ')}${told}`;
}

function inMarkdown(rows: readonly Row[]): string {
  const processor = cpus()[0];
  return [
    `${processor?.model.trim() ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.versions.node}, load ${loadavg()[0]!.toFixed(0)}, ${
      new Date().toISOString().slice(0, 10)
    }:`,
    '',
    '| What | Ours | Peer | The peer’s | Times as fast (quartiles) | At least |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(({ what, peer, ours, theirs, ratio, least }) =>
      `| ${
        [what, ours, peer, theirs, ratio === undefined ? '' : spread(ratio), least === undefined ? '' : `${times(least)}${ratio!.median >= least ? '' : ' (missed)'}`].map((cell) =>
          cell.replaceAll('|', '\\|')
        ).join(' | ')
      } |`
    ),
  ].join('\n');
}

const { values, positionals } = parseArgs({ options: { markdown: { type: 'boolean', default: false } }, allowPositionals: true });
const unknown = positionals.find((name) => MEASURES[name] === undefined);
if (unknown !== undefined) throw new Error(`expected names among ${Object.keys(MEASURES).join(', ')}, got ${unknown}`);
const rows: Row[] = [];
for (const [name, measure] of Object.entries(MEASURES)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  await measure((row) => {
    rows.push(row);
    process.stdout.write(`${inWords(row)}\n`);
  });
}
if (values.markdown) process.stdout.write(`\n${inMarkdown(rows)}\n`);
if (rows.some(({ ratio, least }) => ratio !== undefined && least !== undefined && !(ratio.median >= least))) process.exitCode = 1;
