/** What is fuzzed: files of each kind, the command that reads them, and what must not come of it. */

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExpectedFailure } from '../../src/gate/expectations.js';
import { GENERATOR_VERSION } from '../../src/generator/version.js';
import { encodeSafetensors } from '../../src/resnet/safetensors.js';
import type { ClaimResult, Report } from '../../src/verdict.js';
import { RIGHT, record } from '../support/traced-run.js';
import type { Chance } from './mutate.js';
import { damaged, mutateJson } from './mutate.js';

export const KINDS = ['reports', 'gate-reports', 'merges', 'replays', 'counterexamples', 'kept', 'expected', 'configs', 'certificates', 'traces', 'checkpoints'] as const;
export type KindName = (typeof KINDS)[number];

/** One file to be tried. */
export interface Trial {
  readonly bytes: Buffer;
  /** The command line, where the file lies at `path`. */
  readonly args: (path: string) => readonly string[];
  /** What speaks against the status that it ended with; null where nothing does. */
  readonly wrong?: (status: number) => string | null;
}

export interface Fuzzed {
  readonly extension: string;
  readonly trial: (chance: Chance) => Trial;
}

/** Runs a command line as a preparation. @returns its status. */
export type Prepare = (...args: readonly string[]) => Promise<number>;

const GOOD = `export default { name: 'plain', version: '1', start(x0, { learningRate }) {
  let x = Array.from(x0);
  const rate = (t) => (Array.isArray(learningRate) ? learningRate[t - 1] : learningRate);
  return { query: x, x, step({ t, gradient: g }) { x = x.map((value, i) => value - rate(t) * g[i]); return { query: x, x }; } };
} };`;

const parsed = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** What the results of a report come to, written a second time and as plainly as can be: the oracle of the other. */
function naiveStatus(value: unknown): number | null {
  try {
    const { claims, complete, expectations = [], subject, shard } = value as Report;
    const isGate = subject !== undefined && subject?.door !== 'trace';
    const verdicts = claims.filter(({ verdict }) => !isGate || (verdict !== 'inapplicable' && verdict !== 'skipped')).map((
      { verdict, expectation },
    ) => (isGate && expectation?.met === true ? 'holds' : verdict));
    if (verdicts.some((verdict) => ['crashed', 'timed-out', 'garbled', 'errored'].includes(verdict))) return 3;
    if (verdicts.includes('violated') || expectations.length > 0) return 1;
    const judged = claims.filter(({ id, verdict }) => !isGate || (!id.endsWith('-hello') && !id.endsWith('-bye') && !['inapplicable', 'skipped'].includes(verdict)));
    if (verdicts.some((verdict) => ['inconclusive', 'vacuous', 'skipped'].includes(verdict)) || !complete) return 4;
    if (judged.length === 0 && shard === undefined) return 4;
    return isGate && subject?.like === null ? 4 : 0;
  } catch {
    return null;
  }
}

/** Totals and status that fit what is left of a report. */
function mended(value: unknown): void {
  const report = value as { claims: ClaimResult[]; totals: object; exitStatus: number };
  const totals: { [verdict: string]: number } = {};
  for (const { verdict } of report.claims) totals[verdict] = (totals[verdict] ?? 0) + 1;
  Object.assign(report, { totals, exitStatus: naiveStatus(value) ?? 0 });
}

const greener = (value: unknown, base: Report) => (status: number): string | null => {
  if (status === 2) return null;
  const naive = naiveStatus(value);
  if (naive !== status) return `its results come to ${naive}`;
  return status === 0 && base.exitStatus !== 0 ? `it is green, and was ${base.exitStatus}` : null;
};

const VERIFY = ['verify', '--claims', 'regret-bound,theorem-1', '--cases', '30', '--seed', '1'];

async function reports(dir: string, prepare: Prepare): Promise<readonly Report[]> {
  await prepare(...VERIFY, '--out', join(dir, 'verify'));
  // Its time is up at once: all is inconclusive.
  await prepare(...VERIFY, '--time', '1ms', '--out', join(dir, 'late'));
  return ['verify', 'late'].map((name) => parsed(join(dir, name, 'report.json')) as Report);
}

async function gateReports(dir: string, prepare: Prepare): Promise<readonly Report[]> {
  writeFileSync(join(dir, 'plain.mjs'), GOOD);
  writeFileSync(join(dir, 'climbs.mjs'), GOOD.replace('value - rate', 'value + rate'));
  writeFileSync(join(dir, 'ends.mjs'), GOOD.replace('step({', 'step({ gone = process.exit(3),'));
  const entry: ExpectedFailure = { claim: 'identity', verdict: 'violated', reason: 'as it is', issue: '', expires: '2099-12-31' };
  writeFileSync(join(dir, 'known.json'), JSON.stringify({ version: 1, like: 'gradient-descent', expected: [entry] }));
  const gate = async (module: string, name: string, ...more: readonly string[]): Promise<Report> => {
    await prepare('gate', join(dir, module), '--claims', 'manners-repeats,identity,zero-gradient', '--cases', '20', '--seed', '1', '--out', join(dir, name), ...more);
    return parsed(join(dir, name, 'report.json')) as Report;
  };
  const like = ['--like', 'gradient-descent'];
  return [
    await gate('plain.mjs', 'good', ...like),
    await gate('climbs.mjs', 'violated', ...like),
    await gate('climbs.mjs', 'known', ...like, '--expected', join(dir, 'known.json')),
    await gate('ends.mjs', 'ended', ...like),
    await gate('plain.mjs', 'nameless'),
  ];
}

const of = (bases: readonly Report[], dir: string): Fuzzed => ({
  extension: 'json',
  trial(chance) {
    const base = chance.one(bases);
    const { bytes, value } = mutateJson(chance, base, mended);
    return { bytes, args: (path) => ['report', path, '--out', join(dir, 'rendered')], wrong: greener(value, base) };
  },
});

/** Makes the files that are to be changed. */
export async function fuzzed(kind: KindName, dir: string, prepare: Prepare): Promise<Fuzzed> {
  mkdirSync(dir, { recursive: true });
  switch (kind) {
    case 'reports':
      return of(await reports(dir, prepare), dir);
    case 'gate-reports':
      return of(await gateReports(dir, prepare), dir);
    case 'merges': {
      for (const i of ['1', '2']) await prepare(...VERIFY, '--shard', `${i}/2`, '--out', join(dir, `part-${i}`));
      const [base, other] = [parsed(join(dir, 'part-1', 'report.json')) as Report, join(dir, 'part-2', 'report.json')];
      return {
        extension: 'json',
        trial(chance) {
          const { bytes, value } = mutateJson(chance, base, mended);
          return { bytes, args: (path) => ['report', 'merge', path, other, '--out', join(dir, 'whole')], wrong: greener(value, base) };
        },
      };
    }
    case 'replays': {
      const [base] = await reports(dir, prepare);
      return { extension: 'json', trial: (chance) => ({ bytes: mutateJson(chance, base).bytes, args: (path) => ['replay', path] }) };
    }
    case 'counterexamples': {
      await prepare('verify', '--claims', 'regret-bound,theorem-1,theorem-2,meta-adagrad,weak-hints', '--cases', '10', '--seed', '1', '--out', join(dir, 'found'));
      const bases = readdirSync(join(dir, 'found', 'counterexamples')).map((name) => parsed(join(dir, 'found', 'counterexamples', name)));
      return { extension: 'json', trial: (chance) => ({ bytes: mutateJson(chance, chance.one(bases)).bytes, args: (path) => ['replay', path] }) };
    }
    case 'kept': {
      const [, violated] = await gateReports(dir, prepare);
      const bases = violated!.claims.flatMap(({ counterexample }) => (counterexample === null ? [] : [{ ...counterexample, generatorVersion: GENERATOR_VERSION }]));
      const folder = join(dir, 'kept');
      mkdirSync(folder, { recursive: true });
      return {
        extension: 'json',
        trial(chance) {
          const { bytes } = mutateJson(chance, chance.one(bases));
          writeFileSync(join(folder, 'kept.json'), bytes);
          // The optimizer is right: whatever was kept, it passes.
          return {
            bytes,
            args: () => [
              'gate',
              join(dir, 'plain.mjs'),
              '--like',
              'gradient-descent',
              '--claims',
              'manners-repeats,identity,zero-gradient',
              '--cases',
              '10',
              '--seed',
              '1',
              '--counterexamples',
              folder,
              '--out',
              join(dir, 'judged'),
            ],
            wrong: (status) => (status === 0 ? null : 'a right optimizer does not pass'),
          };
        },
      };
    }
    case 'expected': {
      await gateReports(dir, prepare);
      const base = parsed(join(dir, 'known.json'));
      return {
        extension: 'json',
        trial: (chance) => ({
          bytes: mutateJson(chance, base).bytes,
          args: (
            path,
          ) => [
            'gate',
            join(dir, 'climbs.mjs'),
            '--like',
            'gradient-descent',
            '--claims',
            'identity',
            '--cases',
            '10',
            '--seed',
            '1',
            '--expected',
            path,
            '--out',
            join(dir, 'judged'),
          ],
        }),
      };
    }
    case 'configs': {
      await gateReports(dir, prepare);
      const asked = { like: 'gradient-descent', claims: ['manners-repeats', 'identity'], cases: 10 };
      const subjects = [
        { name: 'plain', module: join(dir, 'plain.mjs'), ...asked, 'start-timeout': '30s', 'require-worst-case': ['f(x_N) - f* <= L*R^2/N'], claims: ['worst-case'] },
        { name: 'climbs', module: join(dir, 'climbs.mjs'), ...asked, expected: join(dir, 'known.json') },
        { name: 'gone', command: ['there-is-no-such-program', 'a word'], like: ['nesterov', 'adagrad'], counterexamples: dir },
      ];
      const base = { $schema: 'omg-oracle/config-schema.json', seed: 1, cases: 5, subjects };
      // Where the reports go is not left to the file: it would be anywhere.
      return { extension: 'json', trial: (chance) => ({ bytes: mutateJson(chance, base).bytes, args: (path) => ['gate', '--config', path, '--out', join(dir, 'judged')] }) };
    }
    case 'certificates': {
      await prepare('worst-case', 'gradient-descent', '--horizon', '2', '--certificate', join(dir, 'gd.json'));
      await prepare('worst-case', 'nesterov', '--horizon', '2', '--criterion', 'gradient', '--certificate', join(dir, 'nesterov.json'));
      const bases = ['gd.json', 'nesterov.json'].map((name) => parsed(join(dir, name)));
      return { extension: 'json', trial: (chance) => ({ bytes: mutateJson(chance, chance.one(bases)).bytes, args: (path) => ['certificate', 'check', path] }) };
    }
    case 'traces': {
      const methods = ['optimistic-meta-sgd', 'sgd-momentum'] as const;
      const bases = methods.map((method) => {
        record(join(dir, `${method}.arrow`), method, RIGHT[method]);
        return readFileSync(join(dir, `${method}.arrow`));
      });
      return {
        extension: 'arrow',
        trial(chance) {
          const base = chance.one(bases);
          // The header's metadata is JSON in the schema: words of the same length fit into it.
          const bytes = chance.rarely(3)
            ? Buffer.from(
              base.toString('latin1').replace(
                chance.one(['"version":1', '"steps":15', '"shape":[40]', '"layer0.weight"', '"metaRate"', '"learningRate"', '"method"', '"parameters"', 'x_after', 'float']),
                (word) => word.replaceAll(/[a-z0-9]/gu, chance.one(['0', '9', '-', ' ', 'x', '"', '{'])),
              ),
              'latin1',
            )
            : damaged(chance, base);
          return { bytes, args: (path) => ['trace', 'check', path] };
        },
      };
    }
    case 'checkpoints': {
      const tensors = new Map([['conv1.weight', { shape: [2, 3], data: Float32Array.from([1, 2, 3, 4, 5, 6]) }], ['fc.bias', { shape: [2], data: Float32Array.of(-0, NaN) }]]);
      const about = {
        version: 1,
        step: 3,
        data: null,
        settings: {
          model: 'resnet20',
          optimizer: 'optimistic',
          asPrinted: false,
          image: 8,
          batch: 2,
          classes: 10,
          rate: 0.1,
          metaRate: 0.01,
          weightDecay: 0,
          smoothing: 0,
          seed: 1,
        },
      };
      return {
        extension: 'safetensors',
        trial(chance) {
          const metadata = new Map([['omg-oracle-checkpoint', chance.rarely(2) ? mutateJson(chance, about).bytes.toString() : JSON.stringify(about)]]);
          const whole = Buffer.from(encodeSafetensors({ metadata, tensors }));
          const size = Number(whole.readBigUInt64LE(0));
          switch (chance.below(3)) {
            case 0:
              return { bytes: whole, args: (path) => resume(path) };
            case 1:
              return { bytes: damaged(chance, whole), args: (path) => resume(path) };
            default: {
              const header = mutateJson(chance, JSON.parse(whole.subarray(8, 8 + size).toString())).bytes;
              const length = Buffer.alloc(8);
              length.writeBigUInt64LE(BigInt(header.length));
              return { bytes: Buffer.concat([length, header, whole.subarray(8 + size)]), args: (path) => resume(path) };
            }
          }
        },
      };
    }
  }
}

/** None of the files has the tensors of a whole network: each is refused, sooner or later. */
const resume = (path: string): readonly string[] => ['resnet', '--backend', 'cpu', '--resume', path, '--steps', '1'];
