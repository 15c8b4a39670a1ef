import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { dispose, memory, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InputError } from '../src/base/errors.js';
import { readyBackend } from '../src/resnet/backend.js';
import { readCheckpoint, restore, saveCheckpoint } from '../src/resnet/checkpoint.js';
import type { RunSettings } from '../src/resnet/names.js';
import { createNetwork, smallResNet, type Network } from '../src/resnet/network.js';
import { optimisticMetaSgd, sgd, type TensorOptimizer } from '../src/resnet/optimizer.js';
import { randomOf } from '../src/resnet/random.js';
import { encodeSafetensors, readSafetensors } from '../src/resnet/safetensors.js';
import type { RowHeading } from '../src/trace/format.js';
import { openTrace } from '../src/trace/read.js';
import { safetensorsPython } from './support/interpreters.js';

const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'omg-oracle-checkpoint-'));
  await readyBackend('cpu');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file with this header, whatever it says, and these numbers. */
function file(header: string | Buffer | object, numbers: readonly number[] = [], length?: bigint): string {
  const text = Buffer.isBuffer(header) ? header : Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(length ?? BigInt(text.length));
  const path = join(folder, 'made.safetensors');
  writeFileSync(path, Buffer.concat([size, text, Buffer.from(Float32Array.from(numbers).buffer)]));
  return path;
}

describe('safetensors', () => {
  test("a file made by hand from the format's description", () => {
    // {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}} and blanks up to 64 bytes; then 1.5 = 0x3fc00000 and −2 = 0xc0000000.
    const header = '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'.padEnd(64);
    const path = join(folder, 'hand.safetensors');
    writeFileSync(path, Buffer.concat([Buffer.from([64, 0, 0, 0, 0, 0, 0, 0]), Buffer.from(header, 'latin1'), Buffer.from([0x00, 0x00, 0xc0, 0x3f, 0x00, 0x00, 0x00, 0xc0])]));
    const { metadata, tensors } = readSafetensors(path);
    expect([...metadata]).toEqual([]);
    expect([...tensors]).toEqual([['a', { shape: [2], data: Float32Array.of(1.5, -2) }]]);
  });

  test('what is written is what was to be, byte by byte', () => {
    const bytes = encodeSafetensors({
      metadata: new Map([['k', 'v']]),
      tensors: new Map([['é', { shape: [1, 2], data: Float32Array.of(1.5, -2) }], ['none', { shape: [0, 3], data: new Float32Array(0) }], ['one', {
        shape: [],
        data: Float32Array.of(1),
      }]]),
    });
    const header =
      '{"__metadata__":{"k":"v"},"é":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"none":{"dtype":"F32","shape":[0,3],"data_offsets":[8,8]},"one":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}';
    const text = Buffer.from(header);
    const padded = text.length + ((8 - (text.length % 8)) % 8);
    expect(
      Buffer.from(bytes).equals(
        Buffer.concat([
          Buffer.from([padded % 256, Math.floor(padded / 256), 0, 0, 0, 0, 0, 0]),
          text,
          Buffer.alloc(padded - text.length, 0x20),
          Buffer.from([0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0x80, 0x3f]),
        ]),
      ),
    ).toBe(true);
    const path = join(folder, 'written.safetensors');
    writeFileSync(path, bytes);
    const { metadata, tensors } = readSafetensors(path);
    expect([...metadata]).toEqual([['k', 'v']]);
    expect([...tensors]).toEqual([['é', { shape: [1, 2], data: Float32Array.of(1.5, -2) }], ['none', { shape: [0, 3], data: new Float32Array(0) }], ['one', {
      shape: [],
      data: Float32Array.of(1),
    }]]);
  });

  test('tensors lie in any order, at any byte', () => {
    const described = {
      b: { dtype: 'F32', shape: [1], data_offsets: [4, 8] },
      empty: { dtype: 'F32', shape: [0], data_offsets: [4, 4] },
      a: { dtype: 'F32', shape: [1], data_offsets: [0, 4] },
    };
    for (const blanks of [0, 1, 2, 3]) {
      expect([...readSafetensors(file(JSON.stringify(described) + ' '.repeat(blanks), [3, 4])).tensors]).toEqual([['a', { shape: [1], data: Float32Array.of(3) }], ['empty', {
        shape: [0],
        data: new Float32Array(0),
      }], ['b', { shape: [1], data: Float32Array.of(4) }]]);
    }
  });

  const a = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };
  test.each<readonly [string, () => string, RegExp]>([
    ['not there', () => join(folder, 'none'), /expected a checkpoint at .*none, but there is no such file/],
    ['empty', () => (writeFileSync(join(folder, 'empty'), ''), join(folder, 'empty')), /the length of its header as its first 8 bytes, but it has 0 bytes/],
    ['a header longer than the file', () => file({ a }, [1, 2], 1000n), /a header that ends within its 70 bytes.* its header has 1000 bytes/],
    ['a header as long as can be', () => file({ a }, [1, 2], 2n ** 64n - 1n), /its header has 18446744073709551615 bytes/],
    ['no JSON', () => file('{"a":'), /a header in JSON, but it is not/],
    ['no UTF-8', () => file(Buffer.from('{"é":1}', 'latin1')), /a header in JSON, but it is not/],
    ['a list', () => file('[]'), /an object as its header, but got \[\]/],
    ['nothing', () => file(''), /a header in JSON/],
    ['metadata that is no text', () => file({ __metadata__: { k: 1 } }), /texts alone in "__metadata__", but got \{"k":1\}/],
    ['a tensor that is no object', () => file({ a: 1 }), /"a" described by an object, but got 1/],
    ['another type', () => file({ a: { ...a, dtype: 'BF16', data_offsets: [0, 4] } }, [1]), /"F32" as the dtype of "a", but got "BF16"/],
    ['no type', () => file({ a: { shape: [], data_offsets: [0, 4] } }, [1]), /the dtype of "a", but it is missing/],
    ['a negative length', () => file({ a: { ...a, shape: [-2] } }, [1, 2]), /a list of lengths as the shape of "a", but got \[-2\]/],
    ['half a length', () => file({ a: { ...a, shape: [0.5] } }, [1, 2]), /shape of "a", but got \[0\.5\]/],
    ['no shape', () => file({ a: { ...a, shape: null } }, [1, 2]), /shape of "a", but got null/],
    ['one offset', () => file({ a: { ...a, data_offsets: [8] } }, [1, 2]), /where "a" begins and ends as its "data_offsets", but got \[8\]/],
    ['offsets that descend', () => file({ a: { ...a, data_offsets: [8, 0] } }, [1, 2]), /"data_offsets", but got \[8,0\]/],
    ['offsets below 0', () => file({ a: { ...a, data_offsets: [-8, 0] } }, [1, 2]), /"data_offsets", but got \[-8,0\]/],
    ['another length than its shape', () => file({ a: { ...a, shape: [3] } }, [1, 2]), /12 bytes for "a", of shape \[3\], but it has 8/],
    ['a shape beyond all numbers', () => file({ a: { ...a, shape: [2 ** 52, 2 ** 52, 2 ** 52] } }, [1, 2]), /bytes for "a"/],
    ['numbers out of bounds', () => file({ a }, [1]), /8 bytes of numbers, where "a" ends, but it has 4/],
    ['numbers that nothing names', () => file({ a }, [1, 2, 3]), /8 bytes of numbers, as its header says, but it has 12/],
    ['two that overlap', () => file({ a, b: { ...a, data_offsets: [4, 12] } }, [1, 2, 3]), /"b" to begin at byte 8 of its numbers.* but it begins at byte 4\./s],
    ['a hole', () => file({ a, b: { ...a, data_offsets: [12, 20] } }, [1, 2, 3, 4, 5]), /"b" to begin at byte 8 .*it begins at byte 12/],
    ['two that are one', () => file({ a, b: a }, [1, 2]), /to begin at byte 8/],
    ['none at the beginning', () => file({ a: { ...a, data_offsets: [4, 12] } }, [1, 2, 3]), /"a" to begin at byte 0/],
  ])('is refused: %s', (_, made, message) => {
    const path = made();
    expect(() => readSafetensors(path)).toThrow(InputError);
    expect(() => readSafetensors(path)).toThrow(message);
  });

  test("Python's package reads it, and writes what is read here (skipped where there is none)", ({ skip }) => {
    const python = safetensorsPython();
    if (python === null) return skip('no Python with safetensors and numpy');
    const [ours, theirs] = [join(folder, 'ours.safetensors'), join(folder, 'theirs.safetensors')];
    const data = Float32Array.from({ length: 24 }, (_, i) => Math.fround(Math.sin(i)));
    writeFileSync(
      ours,
      encodeSafetensors({ metadata: new Map([['k', 'v']]), tensors: new Map([['x', { shape: [2, 3, 4], data }], ['y', { shape: [], data: Float32Array.of(7) }]]) }),
    );
    const program = `
import sys
from safetensors import safe_open
from safetensors.numpy import load_file, save_file
with safe_open(sys.argv[1], 'np') as f:
    metadata = f.metadata()
tensors = load_file(sys.argv[1])
print(metadata, tensors['x'].shape, float(tensors['x'][1, 2, 3]), tensors['y'])
save_file(tensors, sys.argv[2], metadata=metadata)`;
    const { stdout, stderr } = spawnSync(python, ['-c', program, ours, theirs], { encoding: 'utf8' });
    expect([stdout, stderr]).toEqual([`{'k': 'v'} (2, 3, 4) ${data[23]!} 7.0\n`, '']);
    const { metadata, tensors } = readSafetensors(theirs);
    expect([...metadata]).toEqual([['k', 'v']]);
    expect(tensors).toEqual(new Map([['x', { shape: [2, 3, 4], data }], ['y', { shape: [], data: Float32Array.of(7) }]]));
  });
});

const TINY = smallResNet(4, 1, [4, 6, 8]);
const SETTINGS: RunSettings = {
  model: 'resnet20',
  optimizer: 'optimistic',
  asPrinted: false,
  image: 8,
  batch: 2,
  classes: 4,
  rate: 0.1,
  metaRate: 0.01,
  weightDecay: 0,
  smoothing: 0,
  seed: 1,
};

/** A network with numbers everywhere, and an optimizer after a step. */
function run(seed: number, optimizerOf: (parameters: ReadonlyMap<string, Tensor>) => TensorOptimizer): { readonly network: Network; readonly optimizer: TensorOptimizer } {
  const { normal } = randomOf(seed, 1);
  const network = createNetwork(TINY, normal);
  const optimizer = optimizerOf(network.parameters);
  const drawn = (shape: readonly number[]): Tensor => tensor(Float32Array.from({ length: shape.reduce((product, one) => product * one, 1) }, normal), [...shape]);
  const next = optimizer.step(new Map([...network.parameters].map(([name, x]) => [name, { x, g: drawn(x.shape) }])));
  for (const [name, x] of next) {
    network.parameters.get(name)!.dispose();
    network.parameters.set(name, x);
  }
  return { network, optimizer };
}
const optimistic = (parameters: ReadonlyMap<string, Tensor>): TensorOptimizer => optimisticMetaSgd(parameters, 0.1, 0.01);
const values = (tensors: ReadonlyMap<string, Tensor>): unknown => [...tensors].map(([name, held]) => [name, held.shape, held.dataSync()]);
const all = (
  { network, optimizer }: ReturnType<typeof run>,
): unknown => [
  values(network.parameters),
  values(optimizer.rates),
  values(optimizer.before),
  [...network.running].map(([name, { mean, variance }]) => [name, mean.dataSync(), variance.dataSync()]),
];

describe('checkpoints', () => {
  test.each<readonly [string, RunSettings, (parameters: ReadonlyMap<string, Tensor>) => TensorOptimizer]>([['optimistic', SETTINGS, optimistic], ['sgd', {
    ...SETTINGS,
    optimizer: 'sgd',
  }, () => sgd(0.1)]])('%s: put a run where it was, and leave nothing behind', async (_, settings, optimizerOf) => {
    const path = join(folder, 'run.safetensors');
    const [saved, other] = [run(1, optimizerOf), run(2, optimizerOf)];
    await saveCheckpoint({ path, settings, step: 7, data: null }, saved.network, saved.optimizer);
    const checkpoint = readCheckpoint(path);
    expect(checkpoint).toMatchObject({ path, settings, step: 7, data: null });
    expect(all(other)).not.toEqual(all(saved));
    const before = memory().numTensors;
    restore(checkpoint, other.network, other.optimizer);
    expect(memory().numTensors).toBe(before);
    expect(all(other)).toEqual(all(saved));
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    // A new run, whose optimizer saw no gradient yet.
    const fresh = createNetwork(TINY, randomOf(3, 1).normal);
    const kept = optimizerOf(fresh.parameters);
    restore(checkpoint, fresh, kept);
    expect(all({ network: fresh, optimizer: kept })).toEqual(all(saved));
    for (const { network, optimizer } of [saved, other, { network: fresh, optimizer: kept }]) {
      optimizer.dispose();
      dispose([...network.parameters.values()]);
    }
  });

  test('are refused where they are of another model, of another optimizer, or not whole', async () => {
    const path = join(folder, 'other.safetensors');
    const { network, optimizer } = run(1, optimistic);
    await saveCheckpoint({ path, settings: SETTINGS, step: 1, data: null }, network, optimizer);
    const checkpoint = readCheckpoint(path);
    const before = all({ network, optimizer });
    const deeper = createNetwork(smallResNet(4, 2, [4, 6, 8]), randomOf(1, 1).normal);
    expect(() => restore(checkpoint, deeper, optimisticMetaSgd(deeper.parameters, 0.1, 0.01))).toThrow(
      /"layer1\.1\.conv1\.weight" of shape \[3, 3, 4, 4\], as resnet14 has it, but it is missing/,
    );
    const wider = createNetwork(smallResNet(5, 1, [4, 6, 8]), randomOf(1, 1).normal);
    expect(() => restore(checkpoint, wider, optimisticMetaSgd(wider.parameters, 0.1, 0.01))).toThrow(
      /"fc\.weight" of shape \[8, 5\], as resnet8 has it, but its shape is \[8, 4\]/,
    );
    expect(() => restore({ ...checkpoint, settings: { ...SETTINGS, optimizer: 'sgd' } }, network, sgd(0.1))).toThrow(
      /the tensors of resnet8 and its optimizer alone, but it has "optimizer\.w\.conv1\.weight", too/,
    );
    const tensors = new Map(checkpoint.tensors);
    tensors.delete('optimizer.g_before.fc.bias');
    expect(() => restore({ ...checkpoint, tensors }, network, optimizer)).toThrow(/"optimizer\.g_before\.fc\.bias" of shape \[4\], as resnet8 has it, but it is missing/);
    expect(all({ network, optimizer })).toEqual(before);
  });

  test('are refused where what they say of the run is not known', () => {
    const path = join(folder, 'said.safetensors');
    const write = (said: unknown): void =>
      writeFileSync(path, encodeSafetensors({ metadata: new Map([['omg-oracle-checkpoint', typeof said === 'string' ? said : JSON.stringify(said)]]), tensors: new Map() }));
    const good = { version: 1, step: 3, data: null, settings: SETTINGS };
    write(good);
    expect(readCheckpoint(path)).toMatchObject({ step: 3, settings: SETTINGS });
    for (
      const [said, message] of [
        ['{', /JSON as "omg-oracle-checkpoint", but got \{/],
        ['null', /version 1, but it is missing/],
        [{ ...good, version: 2 }, /version 1, but got 2/],
        [{ ...good, step: 0 }, /the number of its steps as "step", but got 0/],
        [{ ...good, step: '3' }, /as "step"/],
        [{ ...good, data: 'x' }, /digest of its pictures/],
        [{ version: 1, step: 3, data: null }, /"model" among its settings, as this version has it, but it is missing/],
        ...([['model', 'vgg'], ['optimizer', 'adam'], ['asPrinted', 1], ['image', 8.5], ['batch', 1], ['classes', 1001], ['rate', -1], ['metaRate', null], ['weightDecay', '1'], [
          'smoothing',
          1,
        ], ['seed', -1]] as const).map(([name, value]) =>
          [{ ...good, settings: { ...SETTINGS, [name]: value } }, new RegExp(`"${name}" among its settings, as this version has it, but got ${JSON.stringify(value)}`)] as const
        ),
      ] as const
    ) {
      write(said);
      expect(() => readCheckpoint(path)).toThrow(message);
      expect(() => readCheckpoint(path)).toThrow(InputError);
    }
    writeFileSync(path, encodeSafetensors({ metadata: new Map(), tensors: new Map() }));
    expect(() => readCheckpoint(path)).toThrow(/"omg-oracle-checkpoint" in its metadata, but it is missing/);
  });
});

describe('on the command line', () => {
  const resnet = (...args: string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } =>
    spawnSync(process.execPath, [MAIN, 'resnet', '--backend', 'wasm', ...args], { encoding: 'utf8' });
  const at = (name: string): string => join(folder, name);

  function rows(path: string): readonly RowHeading[] {
    const trace = openTrace(path);
    try {
      // What a piece holds is overwritten by the next.
      return Array.from(trace.rows(), ({ pieces, ...row }) => ({ ...row, pieces: Array.from(pieces(), (piece) => structuredClone(piece)) }));
    } finally {
      trace.close();
    }
  }

  test('six steps are three, and three more in another process, to the last bit', () => {
    const begun = ['--image', '8', '--batch', '2', '--seed', '3', '--weight-decay', '0.01', '--label-smoothing', '0.1', '--meta-rate', '0.05'];
    expect(resnet(...begun, '--steps', '6', '--trace', at('straight.arrow'), '--sample', '40', '--save', at('straight'))).toMatchObject({ status: 0, stderr: '' });
    const half = resnet(...begun, '--steps', '3', '--save', at('half'));
    expect([half.status, half.stdout]).toEqual([0, expect.stringContaining(`Written: ${at('half')}\n`)]);
    const rest = resnet('--resume', at('half'), '--steps', '3', '--trace', at('rest.arrow'), '--sample', '40', '--save', at('whole'));
    expect([rest.status, rest.stderr]).toEqual([0, '']);
    expect(rest.stdout).toMatch(/seed 3, after 3 steps\n[^]*\nAgain: npx omg-oracle resnet --backend wasm --resume \S+half --steps 3 --trace \S+ --sample 40 --save \S+whole\n/);
    expect(readFileSync(at('whole')).equals(readFileSync(at('straight')))).toBe(true);
    expect(readFileSync(at('whole')).equals(readFileSync(at('half')))).toBe(false);
    const later = rows(at('straight.arrow')).filter(({ step }) => step > 3);
    expect(later.length).toBe(3 * 59);
    expect(rows(at('rest.arrow'))).toEqual(later);
  });

  test('says what does not go together', () => {
    const path = at('said');
    mkdirSync(at('dir'));
    writeFileSync(
      path,
      encodeSafetensors({ metadata: new Map([['omg-oracle-checkpoint', JSON.stringify({ version: 1, step: 3, data: '0'.repeat(64), settings: SETTINGS })]]), tensors: new Map() }),
    );
    for (
      const [args, message] of [
        [['--resume', path, '--seed', '1'], /expected no --seed with --resume: the run goes on as it began/],
        [['--resume', path, '--as-printed'], /expected no --as-printed with --resume/],
        [['--resume', path], /expected the pictures that the run in .*said was trained with, with --data DIR/],
        [['--save', at('dir')], /expected --save to name a file, got the folder/],
        [['--save', join(path, 'x')], /expected to write .*said.x, but a file of that name is in the way\. Choose another place with --save FILE/],
      ] as const
    ) expect(resnet(...args)).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(message) as unknown });
  });
});
