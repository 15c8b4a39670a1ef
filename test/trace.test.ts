import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InputError, OutputError } from '../src/base/errors.js';
import { readReport } from '../reports/json.js';
import { checkTraceFile, headerOf } from '../src/trace/check-file.js';
import { conclude, readPart, type TraceVerdict } from '../src/trace/check.js';
import { TRACE_METHODS, type TraceConfig, type TraceMethod } from '../src/trace/format.js';
import { openTrace } from '../src/trace/read.js';
import { createTrace } from '../src/trace/write.js';
import { POSIX } from './support/posix.js';
import { BETA, CONFIGS, RIGHT, f, generator, half, moved, record, type RunOptions, type Step } from './support/traced-run.js';

// The compiled tests lie two folders below the package.
const root = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-trace-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const nextFile = (): string => join(folder, `${(files += 1)}.arrow`);

function recorded(method: TraceMethod, step: Step = RIGHT[method], options: RunOptions = {}): string {
  const path = nextFile();
  record(path, method, step, options);
  return path;
}

/** In this thread: starting others takes longer than the check. */
function checked(path: string, method?: TraceMethod, config?: TraceConfig): TraceVerdict {
  const trace = openTrace(path);
  try {
    const [as, by] = [method ?? trace.header.method, config ?? trace.header.config];
    return conclude([readPart(trace, as, by, { part: 0, of: 1 }, () => false)], trace.header, as, by, 0);
  } finally {
    trace.close();
  }
}

async function checkedByThreads(path: string): Promise<TraceVerdict> {
  const header = headerOf(path);
  return checkTraceFile(path, header, header.method, header.config, new AbortController().signal);
}

/** The claims that do not hold, with what became of them. */
function trouble({ results }: TraceVerdict): Record<string, string> {
  return Object.fromEntries(results.filter(({ verdict }) => verdict !== 'holds' && verdict !== 'inapplicable').map(({ id, verdict }) => [id, verdict]));
}

const reasonOf = ({ results }: TraceVerdict, id: string): string => results.find((result) => result.id === id)!.reason ?? '';

describe('a run that is right', () => {
  test.each(TRACE_METHODS)('%s passes, every element of every step', (method) => {
    const verdict = checked(recorded(method));
    expect(trouble(verdict)).toEqual({});
    expect(verdict).toMatchObject({ steps: 15, elements: 15 * 65 });
    const step = verdict.results.find(({ id }) => id === 'trace-step')!;
    expect(step).toMatchObject({ cases: 15 * 65, coverage: { 'as the formula is written, bit for bit': 15 * 65 } });
    expect(step.coverage['told from x′ = x']).toBeGreaterThan(15 * 55);
  });

  test('a sample of it passes, too', () => {
    const verdict = checked(recorded('optimistic-meta-sgd', undefined, { index: Int32Array.of(0, 3, 17, 24), header: { sample: { seed: 1, count: 4 } } }));
    expect(trouble(verdict)).toEqual({});
    expect(verdict.elements).toBe(15 * 2 * 4);
  });

  test('threads that share it come to the same', async () => {
    const path = recorded('optimistic-meta-sgd', undefined, { sizes: [2 ** 17, 5, 2 ** 16, 2 ** 15], steps: 4 });
    const verdict = await checkedByThreads(path);
    expect(trouble(verdict)).toEqual({});
    expect(verdict.elements).toBe(4 * (2 ** 17 + 5 + 2 ** 16 + 2 ** 15));
    const wrong = recorded('optimistic-meta-sgd', undefined, {
      sizes: [2 ** 17, 5, 2 ** 16, 2 ** 15],
      steps: 4,
      row(row) {
        if (row.step === 3 && row.parameter > 0) row.columns.w_after![1]! += 1;
        return row;
      },
    });
    expect(trouble(await checkedByThreads(wrong))).toEqual({ 'trace-state': 'violated', 'trace-step': 'violated', 'trace-continuity': 'violated' });
    expect(reasonOf(await checkedByThreads(wrong), 'trace-state')).toMatch(/^3 times, first at layer\d\.weight\[1\], step 3$/);
  });

  test('no order of a float32 sum, and no fused multiply-add, fails it', () => {
    const fused: Step = ({ t, x, g, before, kept }) => {
      const w = t === 1 ? kept : Math.max(f(kept + BETA * (g * (g + before) - before * before)), 0);
      return { x: f(x - w * g), kept: w };
    };
    expect(trouble(checked(recorded('optimistic-meta-sgd', fused)))).toEqual({});
  });

  test('a schedule is a number for each step', () => {
    const rates = Array.from({ length: 15 }, (_, t) => 0.1 / (t + 1));
    const step: Step = ({ t, x, g, kept }) => ({ x: f(x - f(f(rates[t - 1]!) * g)), kept });
    expect(trouble(checked(recorded('gradient-descent', step, { header: { config: { learningRate: rates } } })))).toEqual({});
    expect(trouble(checked(recorded('gradient-descent', step, { header: { config: { learningRate: rates.toReversed() } } })))).toEqual({ 'trace-step': 'violated' });
  });
});

/** Runs that are wrong in one thing, in at most 15 steps; and the claim that says so. */
const optimistic = (raised: (given: Parameters<Step>[0]) => number): Step => (given) => moved(given.x, given.g, given.t === 1 ? given.kept : Math.max(f(raised(given)), 0));
const bracket = ({ g, before }: Parameters<Step>[0]): number => f(f(g * f(g + before)) - f(before * before));
/** Which tensor's kept numbers a step reads: in a program that mixes them up, the other's. */
const SABOTEURS: readonly { readonly name: string; readonly method: TraceMethod; readonly step?: Step; readonly options?: RunOptions; readonly claims: readonly string[] }[] = [
  {
    name: 'β outside of the bracket, as printed',
    method: 'optimistic-meta-sgd',
    step: optimistic(({ g, before, kept }) => kept + f(BETA * f(g * f(g + before))) - f(before * before)),
    claims: ['trace-state'],
  },
  {
    name: 'the hint of the wrong step',
    method: 'optimistic-meta-sgd',
    step: optimistic(({ g, before, kept }) => kept + f(BETA * f(f(before * f(g + before)) - f(before * before)))),
    claims: ['trace-state'],
  },
  { name: 'the hint not removed', method: 'optimistic-meta-sgd', step: optimistic(({ g, before, kept }) => kept + f(BETA * f(g * f(g + before)))), claims: ['trace-state'] },
  { name: 'no hint at all', method: 'optimistic-meta-sgd', step: RIGHT['meta-sgd'], claims: ['trace-state'] },
  {
    name: 'no maximum',
    method: 'optimistic-meta-sgd',
    step: (given) => moved(given.x, given.g, given.t === 1 ? given.kept : f(given.kept + f(BETA * bracket(given)))),
    claims: ['trace-state', 'trace-rates'],
  },
  {
    name: 'the maximum after the step of x',
    method: 'meta-sgd',
    step(given) {
      const w = given.t === 1 ? given.kept : f(given.kept + f(BETA * f(given.before * given.g)));
      return { x: f(given.x - f(w * given.g)), kept: Math.max(w, 0) };
    },
    claims: ['trace-step'],
  },
  { name: 'the sign of the step of w', method: 'optimistic-meta-sgd', step: optimistic((given) => given.kept - f(BETA * bracket(given))), claims: ['trace-state'] },
  {
    name: 'the sign of the step of x',
    method: 'optimistic-meta-sgd',
    step(given) {
      const { kept } = RIGHT['optimistic-meta-sgd'](given);
      return { x: f(given.x + f(kept * given.g)), kept };
    },
    claims: ['trace-step'],
  },
  {
    name: 'x moves before w is updated',
    method: 'optimistic-meta-sgd',
    step(given) {
      const { kept } = RIGHT['optimistic-meta-sgd'](given);
      return { x: f(given.x - f(given.kept * given.g)), kept };
    },
    claims: ['trace-step'],
  },
  {
    name: 'products in float16',
    method: 'optimistic-meta-sgd',
    step: optimistic(({ g, before, kept }) => kept + BETA * half(half(half(g) * half(g + before)) - half(half(before) * half(before)))),
    claims: ['trace-state'],
  },
  {
    name: 'w accumulated in float16',
    method: 'meta-sgd',
    step: ({ t, x, g, before, kept }) => moved(x, g, t === 1 ? kept : Math.max(half(kept + BETA * before * g), 0)),
    claims: ['trace-state'],
  },
  { name: 'the momentum forgotten', method: 'sgd-momentum', step: ({ t, ...given }) => RIGHT['sgd-momentum']({ ...given, t: t > 5 ? 1 : t }), claims: ['trace-state'] },
  { name: 'weight decay of the wrong sign', method: 'gradient-descent', step: ({ x, g, kept }) => ({ x: f(x - f(f(0.1) * f(g - f(f(0.01) * x)))), kept }), claims: ['trace-step'] },
  {
    name: 'a state that is lost after five steps',
    method: 'optimistic-meta-sgd',
    claims: ['trace-continuity'],
    options: {
      row(row) {
        if (row.step === 6) row.columns.g_before!.fill(0);
        return row;
      },
    },
  },
  {
    name: 'zeros where the device lost its work',
    method: 'gradient-descent',
    claims: ['trace-gradients', 'trace-step', 'trace-continuity'],
    options: {
      row(row) {
        if (row.step === 9) { for (const column of [row.columns.g!, row.columns.x_after!]) column.fill(0); }
        return row;
      },
    },
  },
  {
    name: 'a tensor that never learns',
    method: 'sgd-momentum',
    claims: ['trace-gradients'],
    options: {
      row(row) {
        if (row.parameter === 1) { for (const [name, column] of Object.entries(row.columns)) column.fill(name.startsWith('x') ? 1 : 0); }
        return row;
      },
      header: { config: { ...CONFIGS['sgd-momentum'], weightDecay: 0 } },
    },
  },
  { name: 'a loss that is not finite', method: 'gradient-descent', claims: ['trace-finite'], options: { row: (row) => ({ ...row, loss: row.step === 4 ? Infinity : row.loss }) } },
  { name: 'a step that was not recorded', method: 'meta-sgd', claims: ['trace-continuity'], options: { row: (row) => (row.step === 7 ? null : row) } },
  { name: 'a tensor that is left out once', method: 'meta-sgd', claims: ['trace-continuity'], options: { row: (row) => (row.step === 7 && row.parameter === 1 ? null : row) } },
];

describe('a run that is wrong', () => {
  test.each(SABOTEURS)('$name', ({ method, step, options, claims }) => {
    const verdict = checked(recorded(method, step, options));
    const found = trouble(verdict);
    for (const claim of claims) expect(found).toMatchObject({ [claim]: 'violated' });
    // What is shown is one element, or tensor, or step, with its numbers.
    const first = verdict.results.find(({ id }) => id === claims[0])!;
    expect(first.reason).toMatch(/at (layer\d\.weight(\[\d+\])?, (step \d+|in every step)|step \d+(, in every tensor)?)/);
    expect(first.counterexample).toMatchObject({ claim: claims[0], exact: true });
  });

  test.each([['share', (_parameter: number) => 0], ['exchange on the way', (parameter: number, step: number) => (step > 6 ? 1 - parameter : parameter)]] as const)(
    'slots that two tensors %s',
    (_, slotOf) => {
      const slots: Float32Array[] = [];
      const path = recorded('optimistic-meta-sgd', undefined, {
        sizes: [20, 20],
        row(row) {
          const { x, g, g_before: before, w, w_after: after } = row.columns as Record<string, Float32Array>;
          const slot = (slots[slotOf(row.parameter, row.step)] ??= w!.slice());
          w!.set(slot);
          for (let i = 0; i < 20; i++) slot[i] = RIGHT['optimistic-meta-sgd']({ t: row.step, x: x![i]!, g: g![i]!, before: before![i]!, kept: slot[i]! }).kept;
          after!.set(slot);
          return row;
        },
      });
      expect(trouble(checked(path))).toMatchObject({ 'trace-continuity': 'violated' });
    },
  );

  test('what stands still is no evidence', () => {
    const frozen: Step = ({ x, kept }) => ({ x, kept });
    const config = { learningRate: 1e-30 };
    expect(trouble(checked(recorded('gradient-descent', frozen, { header: { config } })))).toEqual({ 'trace-step': 'inconclusive' });
  });

  test('one step says nothing of what is kept', () => {
    expect(trouble(checked(recorded('meta-sgd', undefined, { steps: 1 })))).toEqual({ 'trace-state': 'inconclusive', 'trace-continuity': 'inconclusive' });
  });

  test('as another method, or with another config', () => {
    const path = recorded('meta-sgd');
    expect(trouble(checked(path, 'optimistic-meta-sgd'))).toEqual({ 'trace-state': 'violated' });
    expect(trouble(checked(path, 'meta-sgd', { metaRate: 0.03 }))).toEqual({ 'trace-state': 'violated' });
    expect(trouble(checked(recorded('sgd-momentum'), 'sgd-momentum', { ...CONFIGS['sgd-momentum'], nesterov: true }))).toEqual({ 'trace-step': 'violated' });
  });
});

describe('a trace that was cut off', () => {
  test('at any byte: what is there is checked, and it never passes for all', () => {
    const whole = recorded('optimistic-meta-sgd', undefined, { steps: 3, sizes: [5, 4] });
    const size = statSync(whole).size;
    const trace = openTrace(whole);
    expect([...trace.rows()].length).toBe(6);
    trace.close();
    let [unreadable, incomplete, most] = [0, 0, 0];
    for (let length = size - 1; length >= 0; length -= 1 + (length % 7)) {
      const path = join(folder, 'cut.arrow');
      writeFileSync(path, readFileSync(whole).subarray(0, length));
      let opened: ReturnType<typeof openTrace>;
      try {
        opened = openTrace(path);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        unreadable++;
        continue;
      }
      const rows = [...opened.rows()].length;
      expect(opened.cutOff()).toMatch(/^(it was never closed|its last record, at byte \d+, is not whole)/);
      opened.close();
      expect(rows).toBeLessThanOrEqual(6);
      most = Math.max(most, rows);
      incomplete++;
    }
    expect([unreadable > 50, incomplete > 200, most]).toEqual([true, true, 6]);
  });

  test('a run that was stopped: inconclusive, and the steps before are judged', () => {
    const verdict = checked(recorded('meta-sgd', undefined, { finish: false, row: (row) => (row.step > 9 ? null : row) }));
    expect(trouble(verdict)).toEqual({ 'trace-complete': 'inconclusive' });
    expect([verdict.steps, reasonOf(verdict, 'trace-complete')]).toEqual([9, 'it was never closed: the program that wrote it did not come to its end']);
    const wrong = checked(recorded('meta-sgd', RIGHT['optimistic-meta-sgd'], { finish: false }));
    expect(trouble(wrong)).toEqual({ 'trace-complete': 'inconclusive', 'trace-state': 'violated' });
  });

  test('closed too early, or in the middle of a step: what is missing is told', () => {
    const early = checked(recorded('meta-sgd', undefined, { row: (row) => (row.step > 9 ? null : row) }));
    expect(reasonOf(early, 'trace-complete')).toBe('it ends after step 9 of 15');
    const middle = checked(recorded('meta-sgd', undefined, { row: (row) => (row.step === 15 && row.parameter === 1 ? null : row) }));
    expect(reasonOf(middle, 'trace-complete')).toBe('step 15 lacks 1 tensors, layer1.weight among them');
    const late = checked(recorded('meta-sgd', undefined, { row: (row) => (row.step < 4 ? null : row) }));
    expect(reasonOf(late, 'trace-complete')).toBe('it begins with step 4');
  });
});

describe('what is no trace', () => {
  test.each([
    ['a text', 'not a trace\n', /expected .* with Arrow's streaming format/],
    ['nothing', '', /Arrow's streaming format/],
  ])('%s', (_, content, message) => {
    const path = nextFile();
    writeFileSync(path, content);
    expect(() => headerOf(path)).toThrow(InputError);
    expect(() => headerOf(path)).toThrow(message);
  });

  test('a file that is missing', () => {
    expect(() => headerOf(join(folder, 'none.arrow'))).toThrow(/expected a trace at .*none\.arrow, but there is no such file\. /);
  });

  test.each([
    ['of another version', { version: 2 }, /with version 1, but got 2/],
    ['without parameters', { parameters: [] }, /a list of "parameters"/],
    ['with a parameter without a shape', { parameters: [{ name: 'a' }] }, /parameters like \{"name"/],
    ['with steps that are no number', { steps: 'many' }, /a number of "steps", or null, but got "many"/],
    ['without a producer', { producer: 3 }, /a "producer" like/],
    ['without a rate', { config: {} }, /"metaRate" in the config of meta-sgd, but it is missing/],
    ['with a rate that is no number', { config: { metaRate: 'small' } }, /a number, or a list with one for each step as "metaRate", but got "small"/],
    ['with a sample that is none', { sample: 5 }, /a "sample" like/],
    ['with a member that it has not', { config: { metaRate: 1, momentum: 0.9 } }, /a config of meta-sgd, whose members are metaRate, rate, but got "momentum"/],
    ['with a member that is misspelt', { config: { metaRate: 1, rat: 0.1 } }, /got "rat"; did you mean "rate"\?/],
    ['with a list that is too short', { config: { metaRate: [1, 1] }, steps: 3 }, /one entry for each of its 3 steps in a list of its config, but there are 2/],
    ['with a list that is too long', { config: { metaRate: [1, 1] } }, /one entry for each of its 1 steps in a list of its config, but there are 2/],
  ])('a header %s', (_, header, message) => {
    const path = recorded('meta-sgd', undefined, { steps: 1, header: header as never });
    expect(() => headerOf(path)).toThrow(message);
  });

  test('a header of an unknown method', () => {
    const path = recorded('meta-sgd', undefined, { steps: 1 });
    writeFileSync(path, readFileSync(path).toString('latin1').replace('"meta-sgd"', '"meta-bgd"'), 'latin1');
    expect(() => headerOf(path)).toThrow(/one of gradient-descent, .* as its "method", but got "meta-bgd"/);
  });

  test('rows that are not what the header says', () => {
    const path = nextFile();
    const about = {
      version: 1,
      method: 'gradient-descent',
      config: { learningRate: 1 },
      parameters: [{ name: 'a', shape: [3] }],
      steps: null,
      sample: null,
      producer: { name: '', version: '', device: '' },
    } as const;
    const three = (): Float32Array => Float32Array.of(1, 2, 3);
    const read = (row: Parameters<ReturnType<typeof createTrace>['write']>[0]): void => {
      const writer = createTrace(path, about);
      writer.write(row);
      writer.finish();
      const trace = openTrace(path);
      try {
        for (const row of trace.rows()) for (const _ of row.pieces());
      } finally {
        trace.close();
      }
    };
    const columns = { x: three(), g: three(), x_after: three() };
    const row = { step: 1, parameter: 0, loss: NaN, index: null, columns };
    expect(() => read(row)).not.toThrow();
    expect(() => read({ ...row, step: 0 })).toThrow(/steps that are counted from 1, but got 0/);
    expect(() => read({ ...row, parameter: 1 })).toThrow(/parameters from 0 to 0/);
    expect(() => read({ ...row, parameter: -1 })).toThrow(/parameters from 0 to 0/);
    expect(() => read({ ...row, columns: { ...columns, g: Float32Array.of(1) } })).toThrow(/3 values in "g" of a in step 1, but there are 1/);
    expect(() => read({ ...row, index: Int32Array.of(0, 1, 2) })).toThrow(/all elements of a, as its header has no "sample", but it has an "index" in step 1/);
    const sampled = (count: number): void => void Object.assign(about, { sample: { seed: 1, count } });
    sampled(3);
    expect(() => read({ ...row, index: Int32Array.of(0, 1, 2) })).not.toThrow();
    expect(() => read({ ...row, index: Int32Array.of(0, 2, 1) })).toThrow(/ascending positions from 0 to 2/);
    expect(() => read({ ...row, index: Int32Array.of(0, 1, 3) })).toThrow(/ascending positions from 0 to 2/);
    expect(() => read({ ...row, index: Int32Array.of(0, 1, 1) })).toThrow(/ascending positions from 0 to 2/);
    sampled(2);
    expect(() => read(row)).toThrow(/at most 2 elements of a, as in the "sample" of its header, but there are 3 in step 1/);
    expect(() => read({ ...row, index: Int32Array.of(0, 1, 2) })).toThrow(/at most 2 elements of a/);
    Object.assign(about, { steps: 1 });
    expect(() => read({ ...row, step: 2 })).toThrow(/with 1 steps, as in its header, but it has a step 2/);
  });

  test('a file that was damaged: an error in words, or a verdict; never anything else', () => {
    const whole = readFileSync(recorded('optimistic-meta-sgd', undefined, { steps: 4, sizes: [30, 20] }));
    const random = generator(3);
    const path = join(folder, 'damaged.arrow');
    let [refused, judged] = [0, 0];
    for (let i = 0; i < 300; i++) {
      const bytes = Buffer.from(whole);
      bytes[Math.floor(random() * bytes.length)]! ^= 1 << Math.floor(random() * 8);
      writeFileSync(path, bytes);
      try {
        const trace = openTrace(path);
        try {
          for (const row of trace.rows()) for (const _ of row.pieces());
          judged++;
        } finally {
          trace.close();
        }
      } catch (error) {
        expect(error, String(error)).toBeInstanceOf(InputError);
        refused++;
      }
    }
    expect([refused > 20, judged > 20]).toEqual([true, true]);
  });

  test('a bit that is wrong in what a step left is found', () => {
    for (const bit of [0, 5, 20, 28]) {
      const path = recorded('gradient-descent', undefined, {
        row(row) {
          if (row.step === 8) new Int32Array(row.columns.x_after!.buffer)[3]! ^= 1 << bit;
          return row;
        },
      });
      expect(trouble(checked(path))).toMatchObject({ 'trace-continuity': 'violated' });
    }
  });
});

describe('writing', () => {
  test.skipIf(!existsSync('/dev/full'))('to a disk that is full: said in words', () => {
    expect(() => record('/dev/full', 'meta-sgd', RIGHT['meta-sgd'])).toThrow(OutputError);
    expect(() => record('/dev/full', 'meta-sgd', RIGHT['meta-sgd'])).toThrow(/expected to write \/dev\/full, but the disk is full/);
  });

  test.runIf(POSIX)('to a disk that fills on the way: no half record is left (needs POSIX)', () => {
    const path = nextFile();
    // What the operating system does where a file may not grow: a part is written, and then nothing.
    const script = `
      import { record, RIGHT } from ${JSON.stringify(new URL('support/traced-run.js', import.meta.url).href)};
      process.on('SIGXFSZ', () => {});
      try { record(${JSON.stringify(path)}, 'meta-sgd', RIGHT['meta-sgd'], { steps: 200, sizes: [400, 300] }); } catch (error) { console.log(error.name + ': ' + error.message); }`;
    const { stdout, stderr } = spawnSync('bash', ['-c', 'ulimit -f 40; exec "$0" --input-type=module -e "$1"', process.execPath, script], { encoding: 'utf8' });
    expect([stdout, stderr]).toEqual([expect.stringMatching(/^OutputError: expected to write .*\.arrow, but /), '']);
    const verdict = checked(path);
    expect(trouble(verdict)).toEqual({ 'trace-complete': 'inconclusive' });
    expect(verdict.steps).toBeGreaterThan(1);
    expect(reasonOf(verdict, 'trace-complete')).toBe('it was never closed: the program that wrote it did not come to its end');
  });
});

describe('on the command line', () => {
  function run(...args: string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
    return spawnSync(process.execPath, [MAIN, 'trace', ...args], { encoding: 'utf8' });
  }

  test('0 what is right, with a report of every kind', () => {
    const out = join(folder, 'out');
    const { status, stdout, stderr } = run('check', recorded('optimistic-meta-sgd'), '--out', out);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^15 steps of 2 tensors, all elements: 975 elements\ntest 1 \(cpu, float32\), judged as optimistic-meta-sgd\n/);
    expect(stdout).toMatch(/PASSED: 7 hold\.\n7 claims in .*\nAgain: npx omg-oracle trace check \S+ --out \S+\nWritten: /);
    const report = readReport(join(out, 'report.json'));
    expect(report).toMatchObject({ exitStatus: 0, complete: true, subject: { door: 'trace', like: 'optimistic-meta-sgd' } });
    for (const file of ['junit.xml', 'results.sarif', 'report.html', 'summary.md', 'badge.json']) expect(existsSync(join(out, file)), file).toBe(true);
  });

  test('its report is read as it was written, and not without what was not judged', () => {
    const out = join(folder, 'quiet');
    // The second tensor's rates hardly move: nothing tells there.
    const path = recorded('optimistic-meta-sgd', undefined, {
      row(row) {
        if (row.parameter === 0) return row;
        for (const name of ['g', 'g_before'] as const) row.columns[name]!.fill(1e-6);
        for (const name of ['w', 'w_after'] as const) row.columns[name]!.fill(f(0.1));
        for (const [i, x] of row.columns.x!.entries()) row.columns.x_after![i] = f(x - f(f(0.1) * f(1e-6)));
        for (const name of ['x', 'x_after'] as const) row.columns[name]!.fill(f(1 - row.step * 2 ** -23 + (name === 'x' ? 2 ** -23 : 0)));
        return row;
      },
    });
    const first = run('check', path, '--out', out);
    expect([first.status, first.stdout]).toEqual([0, expect.stringMatching(/\nPASSED on what was judged; not judged: .*trace-state in 1 of 2 tensors \(layer1\.weight\)/)]);
    const report = (file: string): ReturnType<typeof run> => spawnSync(process.execPath, [MAIN, 'report', file, '--out', join(folder, 'again')], { encoding: 'utf8' });
    const again = report(join(out, 'report.json'));
    expect([again.status, again.stdout]).toEqual([0, expect.stringMatching(/\nPASSED on what was judged; not judged: .*trace-state in 1 of 2 tensors/)]);
    const told = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as { claims: { unseen?: unknown }[] };
    for (const claim of told.claims) delete claim.unseen;
    const mutated = join(folder, 'mutated.json');
    writeFileSync(mutated, JSON.stringify(told));
    expect(report(mutated)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/trace-st(ep|ate) holds, and what it was not judged on is not in its list/) as unknown,
    });
  });

  test('1 what is wrong, with the element and its numbers', () => {
    const { status, stdout } = run('check', recorded('optimistic-meta-sgd'), '--like', 'meta-sgd');
    expect(status).toBe(1);
    expect(stdout).toMatch(/trace-state +✗ violated .* times, first at layer0\.weight\[\d+\], step 2/);
    expect(stdout).toMatch(/required +w′ = max\{w \+ βg⁻⊙g, 0\}, in the first step w′ = w = rate: /);
    expect(stdout).toMatch(/ g_before +\S+\n[^]* metaRate +0\.15/);
    const json = run('check', recorded('sgd-momentum'), '--config', '{"momentum":0.8}', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ exitStatus: 1, totals: { violated: 1 } });
  });

  test('2 what was not meant', () => {
    const path = recorded('meta-sgd');
    for (
      const [args, message] of [
        [['look', path], /expected a command, got "trace"; did you mean "trace check"\?/],
        [['check'], /expected a file: omg-oracle trace check FILE/],
        [['check', join(folder, 'none')], /expected a trace at/],
        [['check', path, '--like', 'meta-sdg'], /expected --like to be one of .*; did you mean "meta-sgd"\?/],
        [['check', path, '--config', 'x'], /expected --config to be a JSON object/],
        [['check', path, '--config', '{"metaRate":"x"}'], /as "metaRate", but got "x"/],
        [['check', path, '--like', 'gradient-descent'], /"learningRate" in the config of gradient-descent, but it is missing/],
        [
          ['check', path, '--like', 'sgd-momentum', '--config', '{"learningRate":1,"momentum":0.5}'],
          /a method whose numbers are in the trace: one of meta-sgd has no column "b" of sgd-momentum/,
        ],
        [['check', path, '--config', '{"metarate":1}'], /--config to have members of meta-sgd \(metaRate, rate\), got "metarate"; did you mean "metaRate"\?/],
        [['check', path, '--config', '{"momentum":0.9}'], /members of meta-sgd \(metaRate, rate\), got "momentum"/],
        [['check', path, '--config', '{"metaRate":[0.15,0.15]}'], /one entry for each of its 15 steps in a list of its config, but there are 2/],
      ] as const
    ) {
      const { status, stdout, stderr } = run(...args);
      expect([status, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
    }
  });

  test('4 what was cut off', () => {
    const path = recorded('meta-sgd');
    truncateSync(path, statSync(path).size - 100);
    const { status, stdout } = run('check', path);
    expect([status, stdout]).toEqual([4, expect.stringMatching(/trace-complete +\? inconclusive .*its last record, at byte \d+, is not whole/)]);
  });
});

/** A Python that has both, and where pyarrow is looked for. */
const PYTHON = ['/usr/bin/python3', 'python3'].find((python) => spawnSync(python, ['-c', 'import torch, pyarrow'], { env: withArrow() }).status === 0);
function withArrow(): NodeJS.ProcessEnv {
  return { ...process.env, PYTHONPATH: [join(root, '.venv-pyarrow'), process.env['PYTHONPATH']].filter((path) => path !== undefined && path !== '').join(delimiter) };
}

describe('PyTorch records its own SGD (skipped where there is no PyTorch, or no pyarrow)', () => {
  test.skipIf(PYTHON === undefined).each(
    [
      ['plain', ['--momentum', '0'], 'gradient-descent'],
      ['momentum', [], 'sgd-momentum'],
      ['momentum with dampening', ['--dampening', '0.3', '--weight-decay', '0'], 'sgd-momentum'],
      ['Nesterov', ['--nesterov'], 'sgd-momentum'],
      ['a sample of momentum', ['--count', '40'], 'sgd-momentum'],
    ] as const,
  )('%s is what it is', (_, args, method) => {
    const path = nextFile();
    expect(spawnSync(PYTHON!, [join(root, 'examples', 'pytorch_trace.py'), path, ...args], { env: withArrow(), encoding: 'utf8' })).toMatchObject({ status: 0 });
    const header = headerOf(path);
    expect(header).toMatchObject({ method, steps: 20, producer: { name: 'PyTorch', device: 'cpu' } });
    expect(trouble(checked(path))).toEqual({});
    // And is not what it is not.
    if (method === 'gradient-descent') expect(trouble(checked(path, method, { ...header.config, learningRate: 0.0501 }))).toEqual({ 'trace-step': 'violated' });
    else expect(trouble(checked(path, method, { ...header.config, nesterov: header.config.nesterov !== true }))).toEqual({ 'trace-step': 'violated' });
  });
});
