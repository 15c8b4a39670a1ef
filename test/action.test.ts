import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { POSIX } from './support/posix.js';
import './support/uncounted.js';

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}
interface Workflow {
  readonly on?: { readonly schedule?: readonly { readonly cron: string }[] };
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly Step[]; readonly strategy?: { readonly matrix: { readonly include?: readonly Readonly<Record<string, string>>[] } } }>
  >;
}

const root = new URL('../../', import.meta.url);
const read = (path: string): unknown => parse(readFileSync(new URL(path, root), 'utf8'));
const action = read('action.yml') as Action;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-action-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The value of an expression that only names an input, as a runner puts it in. */
const filled = (text: string, inputs: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{\{ inputs\.(\w+) \}\}/gu, (_, name: string) => inputs[name] ?? action.inputs[name]?.default ?? '');

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What the steps said of themselves to the workflow, and to its reader. */
  readonly output: string;
  readonly summary: string;
}

/** Runs the steps of the action that are scripts, as a runner does, from a checkout whose command line is the given module. */
function runSteps(inputs: Readonly<Record<string, string>>, main: string, path = ''): Ran {
  const checkout = join(folder, 'checkout');
  mkdirSync(join(checkout, 'dist', 'src', 'cli'), { recursive: true });
  writeFileSync(join(checkout, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(checkout, 'dist', 'src', 'cli', 'main.js'), main);
  return runFrom(checkout, inputs, path);
}

function runFrom(checkout: string, inputs: Readonly<Record<string, string>>, path = ''): Ran {
  const [output, summary] = [join(folder, 'output'), join(folder, 'summary')];
  for (const file of [output, summary]) writeFileSync(file, '');
  let [status, stdout, stderr]: [number | null, string, string] = [0, '', ''];
  for (const { run, env = {} } of action.runs.steps) {
    if (run === undefined || status !== 0) continue;
    const script = join(folder, 'step.sh');
    writeFileSync(script, run);
    const variables = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, filled(value, inputs)]));
    const ran = spawnSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', script], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...process.env,
        ...variables,
        PATH: [path, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
        GITHUB_ACTIONS: 'true',
        GITHUB_ACTION_PATH: checkout,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
      },
    });
    [status, stdout, stderr] = [ran.status, stdout + ran.stdout, stderr + ran.stderr];
  }
  return { status, stdout, stderr, output: readFileSync(output, 'utf8'), summary: readFileSync(summary, 'utf8') };
}

/** What the command line was called with. */
function called(inputs: Readonly<Record<string, string>>): readonly string[] {
  const { status, stdout, stderr } = runSteps(inputs, 'console.log(JSON.stringify(process.argv.slice(2)));');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout) as readonly string[];
}

describe('the action', () => {
  test('describes each of its inputs, and passes each on', () => {
    const text = JSON.stringify(action.runs);
    for (const [name, { description, default: fallback }] of Object.entries(action.inputs)) {
      expect(description, name).not.toBe('');
      expect(typeof fallback, name).toBe('string');
      expect(text).toContain(`inputs.${name}`);
    }
    expect(action.runs.using).toBe('composite');
  });

  test('puts no input into the text of a script, and says with which shell it runs', () => {
    for (const { run, shell } of action.runs.steps.filter((step) => step.run !== undefined)) {
      expect(run).not.toContain('${{');
      expect(shell).toBe('bash');
    }
  });

  test('names steps in its outputs that it has', () => {
    for (const { value } of Object.values(action.outputs)) {
      const step = /steps\.(\w+)\./u.exec(value)?.[1];
      if (step !== undefined) expect(action.runs.steps.map(({ id }) => id)).toContain(step);
    }
  });

  test.runIf(POSIX)('leaves out what was not given (needs POSIX)', () => {
    expect(called({ module: 'src/mine.js' })).toEqual(['gate', '--out', 'omg-oracle-report', 'src/mine.js']);
  });

  test.runIf(POSIX)('gives every input as one word, whatever is in it (needs POSIX)', () => {
    const evil = `python3 "my code.py" --flag; $(touch broken) \`touch broken\` && touch broken #'`;
    const inputs = {
      command: evil,
      config: 'my config.json',
      like: 'sgd-momentum',
      claims: 'identity,guarantee',
      cases: '50',
      seed: '7',
      expected: 'my expected.json',
      out: 'out dir',
    };
    expect(called(inputs)).toEqual([
      'gate',
      '--out',
      'out dir',
      '--command',
      evil,
      '--config',
      'my config.json',
      '--like',
      'sgd-momentum',
      '--claims',
      'identity,guarantee',
      '--cases',
      '50',
      '--seed',
      '7',
      '--expected',
      'my expected.json',
    ]);
    expect(existsSync(join(folder, 'broken'))).toBe(false);
  });

  test.runIf(POSIX).each([0, 1, 2, 3, 4])('ends with the status of the gate, and says it: %i (needs POSIX)', (status) => {
    expect(runSteps({ module: 'a.js' }, `process.exit(${status});`)).toMatchObject({ status, output: `status=${status}\n` });
  });
});

describe.runIf(POSIX)('what the action runs (needs POSIX)', () => {
  /** Stands for npm, and says what it was asked for; a build makes the command line. */
  const npm = (then = ''): string => {
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(
      join(bin, 'npm'),
      `#!/bin/sh\necho "$PWD: npm $*"\n${then}\nif [ "$1" = run ]; then mkdir -p dist/src/cli; echo 'console.log("built");' > dist/src/cli/main.js; fi\n`,
    );
    chmodSync(join(bin, 'npm'), 0o755);
    return bin;
  };

  test('is its own checkout, which it builds by the lock file where nothing was built', () => {
    const checkout = join(folder, 'checkout');
    mkdirSync(checkout);
    const { status, stdout, stderr } = runFrom(checkout, { module: 'a.js' }, npm());
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'built\n' });
    expect(stderr).toBe(`${checkout}: npm ci --ignore-scripts --no-audit --no-fund\n${checkout}: npm run build\n`);
  });

  test('is not built again', () => {
    expect(runSteps({ module: 'a.js' }, 'console.log("there");', npm())).toMatchObject({ status: 0, stdout: 'there\n', stderr: '' });
  });

  test('is nothing where it cannot be built', () => {
    const checkout = join(folder, 'checkout');
    mkdirSync(checkout);
    expect(runFrom(checkout, { module: 'a.js' }, npm('exit 1'))).toMatchObject({ status: 1, stdout: '', output: '' });
  });

  test('is no name that a registry would be asked for', () => {
    for (const { run = '' } of action.runs.steps) expect(run).not.toMatch(/npx|npm (i|install|exec)\b|yarn|pnpm/);
  });
});

describe.runIf(POSIX)('the action with the gate itself (needs POSIX)', () => {
  const main = `await import(${JSON.stringify(new URL('../src/cli/main.js', import.meta.url).href)});`;
  const optimizer = (step: string): string =>
    `export default {
    name: 'plain', version: '1', dtype: 'float64', capabilities: ['step'],
    start(x0, { learningRate }) {
      let x = Array.from(x0);
      const rate = (t) => (Array.isArray(learningRate) ? learningRate[t - 1] : learningRate);
      return { query: x, x, step({ t, gradient: g }) { x = x.map((value, i) => ${step}); return { query: x, x }; } };
    },
  };\n`;

  test('passes what is right, without a word beside the files', () => {
    writeFileSync(join(folder, 'plain.mjs'), optimizer('value - rate(t) * g[i]'));
    const { status, stdout, stderr, output, summary } = runSteps({ module: 'plain.mjs', like: 'gradient-descent', cases: '20', seed: '1', out: 'report' }, main);
    expect({ status, stderr, output }).toEqual({ status: 0, stderr: '', output: 'status=0\n' });
    expect(stdout).toContain('\nPASSED: ');
    expect(stdout).not.toMatch(/^::/mu);
    expect(summary).toMatch(/^## ✅ plain 1, judged as gradient-descent: passed\n/u);
    expect(readdirSync(join(folder, 'report')).toSorted()).toEqual(['badge.json', 'junit.xml', 'report.html', 'report.json', 'results.sarif', 'summary.md']);
  });

  test('judges what a file names, and leaves the results of each where code scanning looks for them', () => {
    writeFileSync(join(folder, 'plain.mjs'), optimizer('value - rate(t) * g[i]'));
    const subjects = ['a', 'b'].map((name) => ({ name, module: 'plain.mjs', like: 'gradient-descent', claims: ['identity'] }));
    writeFileSync(join(folder, 'omg-oracle.config.json'), JSON.stringify({ cases: 5, seed: 1, subjects }));
    const { status, stdout, summary } = runSteps({ out: 'report' }, main);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^✓ a {2}PASSED .*\n✓ b {2}PASSED /u)]);
    expect(summary).toMatch(/^## ✅ 2 of 2 optimizers passed\n/u);
    for (const { name } of subjects) expect(existsSync(join(folder, 'report', name, 'results.sarif'))).toBe(true);
    const upload = action.runs.steps.find(({ uses = '' }) => uses.includes('upload-sarif'))?.with?.['sarif_file'];
    expect(upload).toBe("${{ inputs.module == '' && inputs.command == '' && inputs.out || format('{0}/results.sarif', inputs.out) }}");
  });

  test('fails what has a sign flipped, and shows it beside the file', () => {
    writeFileSync(join(folder, 'plain.mjs'), optimizer('value + rate(t) * g[i]'));
    const { status, stdout, output, summary } = runSteps({ module: 'plain.mjs', like: 'gradient-descent', cases: '20', seed: '1', out: 'report' }, main);
    expect({ status, output }).toEqual({ status: 1, output: 'status=1\n' });
    expect(stdout).toMatch(/^✗ violated: identity$/mu);
    expect(stdout).toMatch(/^::error file=plain\.mjs,title=identity%3A violated::/mu);
    expect(summary).toMatch(/^## ❌ plain 1, judged as gradient-descent: failed\n[^]*### `identity` violated/u);
    expect(readFileSync(join(folder, 'report', 'results.sarif'), 'utf8')).toContain('"uri": "plain.mjs"');
    expect(existsSync(join(folder, 'report', 'counterexamples', 'identity.json'))).toBe(true);
  });
});

describe('the workflow to copy', () => {
  const steps = Object.values((read('docs/examples/gate.yml') as Workflow).jobs).flatMap((job) => job.steps);

  test('gives the action inputs that it has', () => {
    const [step] = steps.filter(({ uses = '' }) => uses.includes('/omg-oracle@'));
    expect(Object.keys(step?.with ?? {}).length).toBeGreaterThan(1);
    for (const name of Object.keys(step?.with ?? {})) expect(Object.keys(action.inputs)).toContain(name);
  });

  test.runIf(POSIX).each([['push', /^SEED=1\n$/u], ['schedule', /^SEED=20\d\d[0-5]\d\n$/u]])(
    'judges with a seed that is fixed, or that the week gives, and prints it: %s (needs POSIX)',
    (event, seed) => {
      const { on } = read('docs/examples/gate.yml') as Workflow;
      expect(on?.schedule?.map(({ cron }) => cron.trim().split(/\s+/u).length)).toEqual([5]);
      const file = join(folder, 'environment');
      writeFileSync(file, '');
      const [step] = steps.filter(({ run = '' }) => run.includes('SEED'));
      const { stdout, status } = spawnSync('bash', ['-e', '-c', step!.run!], { encoding: 'utf8', env: { ...process.env, GITHUB_EVENT_NAME: event, GITHUB_ENV: file } });
      expect([status, stdout]).toEqual([0, readFileSync(file, 'utf8')]);
      expect(stdout).toMatch(seed);
      expect(steps.find(({ uses = '' }) => uses.includes('/omg-oracle@'))?.with?.['seed']).toBe('${{ env.SEED }}');
    },
  );

  test('reads outputs that the action has', () => {
    const outputs = [...JSON.stringify(steps).matchAll(/steps\.gate\.outputs\.(\w+)/gu)].map(([, name]) => name);
    expect(outputs.length).toBeGreaterThan(0);
    for (const name of outputs) expect(Object.keys(action.outputs)).toContain(name);
  });
});

test('the weekly workflow changes every folder that there are thresholds for, and keeps what it reports', () => {
  const { on, jobs } = read('.github/workflows/mutation.yml') as Workflow;
  const [job] = Object.values(jobs);
  expect(on?.schedule?.map(({ cron }) => cron.trim().split(/\s+/u).length)).toEqual([5]);
  expect(job?.strategy?.matrix.include?.map(({ folder }) => folder)).toEqual(['src/algorithm', 'oracles', 'properties']);
  expect(job?.steps.map(({ run }) => run)).toContain('npm run mutation -- ${{ matrix.folder }}');
  expect((read('package.json') as { readonly scripts: Readonly<Record<string, string>> }).scripts['mutation']).toBe('node test/mutation/run.mjs');
  expect(readFileSync(new URL('test/mutation/run.mjs', root), 'utf8')).toMatch(/break: 85/u);
  expect(job?.steps.some(({ uses = '', with: given }) => uses.includes('upload-artifact') && given?.['path'] === 'reports/out/mutation')).toBe(true);
});

test('what runs weekly are programs and tests that there are, with a seed that the week gives', () => {
  const { on, jobs } = read('.github/workflows/weekly.yml') as Workflow;
  const [job] = Object.values(jobs);
  expect(on?.schedule?.map(({ cron }) => cron.trim().split(/\s+/u).length)).toEqual([5]);
  const commands = job!.strategy!.matrix.include!.map(({ run }) => run!);
  const programs = commands.flatMap((command) => [...command.matchAll(/dist\/(test\/\S+)\.js/gu)].map(([, path]) => `${path}.ts`));
  const tests = commands.flatMap((command) => [...command.matchAll(/ (gate-[a-z]+)(?= )/gu)].map(([, name]) => `test/${name}.test.ts`));
  expect(programs).toHaveLength(
    readdirSync(new URL('test/fuzz/', root)).filter((name) => readFileSync(new URL(`test/fuzz/${name}`, root), 'utf8').includes('process.exitCode')).length,
  );
  for (const path of [...programs, ...tests]) expect(existsSync(new URL(path, root)), path).toBe(true);
  for (const path of tests) expect(readFileSync(new URL(path, root), 'utf8'), path).toContain('OMG_ORACLE_SEEDS');
  expect(tests.length).toBeGreaterThan(3);
});
