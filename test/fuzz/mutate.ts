/** Files as somebody else might have written them: structure-aware mutations of JSON and of binary files. The same seed makes the same files. */

import { generator } from '../support/traced-run.js';

export class Chance {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = generator(seed);
  }

  /** From 0 to n − 1. */
  below(n: number): number {
    return Math.floor(this.#next() * n);
  }

  one<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** True once in n times. */
  rarely(n: number): boolean {
    return this.below(n) === 0;
  }
}

type Tree = null | boolean | number | string | Raw | Tree[] | { [key: string]: Tree };

/** What is written into the file as it is: JSON has no value for it. */
class Raw {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const NUMBERS: readonly (number | string | Raw)[] = [
  0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  1e9,
  -1e9,
  2 ** 31,
  2 ** 53,
  2 ** 53 + 2,
  1e300,
  -1e300,
  5e-324,
  new Raw('-0'),
  new Raw('1e999'),
  new Raw('-1e999'),
  'NaN',
  'Infinity',
  '-Infinity',
  '-0',
  '0/0',
  '1/0',
  '-1/2',
  '3',
];
const WORDS: readonly string[] = [
  '',
  ' ',
  '::error::pwned',
  '##[error]pwned',
  '\n::set-output name=x::y',
  '\u202eevil\u2066',
  'a\u2028b',
  '\u001b[31mred\u001b[0m',
  '\u0000',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  'toString',
  'NaN',
  '1/0',
  '9'.repeat(400),
  '\ud800',
  '😀'.repeat(50),
  'printed',
  'corrected',
  'holds',
  'refuted',
  'violated',
  'inconclusive',
  'inapplicable',
  'skipped',
  'crashed',
  'float64',
  'rational',
  'prime-field',
  'nesterov',
  'identity',
];
/** Now and then only: they make large files. */
const LONG: readonly (() => Tree)[] = [
  () => 'x'.repeat(2 ** 20),
  () => Array.from({ length: 200_000 }, () => 0),
  () => new Raw(`${'['.repeat(20_000)}${']'.repeat(20_000)}`),
  () => new Raw(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`),
  () => Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, i])),
];

interface Place {
  readonly of: Tree[] | { [key: string]: Tree };
  readonly key: string | number;
}

/** Every member of a tree, and of what is in it. */
function places(tree: Tree): Place[] {
  const found: Place[] = [];
  const walk = (value: Tree): void => {
    if (typeof value !== 'object' || value === null || value instanceof Raw) return;
    for (const key of Array.isArray(value) ? value.keys() : Object.keys(value)) {
      found.push({ of: value, key });
      walk((value as Record<string | number, Tree>)[key]!);
    }
  };
  walk(tree);
  return found;
}

const read = ({ of, key }: Place): Tree => (of as Record<string | number, Tree>)[key]!;
const write = ({ of, key }: Place, value: Tree): void => {
  Object.defineProperty(of, key, { value, writable: true, enumerable: true, configurable: true });
};
const copy = (value: Tree): Tree => structuredClone(value);

function changed(chance: Chance, value: Tree): Tree {
  if (chance.rarely(200)) return chance.one(LONG)();
  if (chance.rarely(8)) return chance.one<Tree>([null, true, false, 0, '', [], {}, [null], { a: 1 }, chance.one(NUMBERS), chance.one(WORDS)]);
  if (typeof value === 'number') return chance.one<Tree>([chance.one(NUMBERS), value + 1, value - 1, -value, value * 1e3, value / 3, String(value)]);
  if (typeof value === 'string')
    return chance.one<Tree>([chance.one(WORDS), chance.one(WORDS), `${value}${chance.one(WORDS)}`, value.slice(0, value.length >> 1), value.toUpperCase(), value.length]);
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value))
    return chance.one<Tree>([[], value.slice(1), [...value, ...value.slice(0, 1).map(copy)], value.toReversed(), [copy(value)], value.slice(0, value.length >> 1)]);
  return value === null ? chance.one<Tree>([0, '', [], {}, 'NaN', false]) : chance.one<Tree>([{}, null, [copy(value)]]);
}

/** Changes one place of a tree: a member that goes, comes twice, gets another value, or that of another place. */
function step(chance: Chance, tree: Tree): void {
  const all = places(tree);
  if (all.length === 0) return;
  const place = chance.one(all);
  const { of, key } = place;
  switch (chance.below(8)) {
    case 0:
      if (Array.isArray(of)) of.splice(key as number, 1);
      else delete of[key];
      return;
    case 1:
      if (Array.isArray(of)) of.splice(key as number, 0, copy(read(place)));
      else write({ of, key: chance.one(['extra', '__proto__', 'constructor', '']) }, copy(read(place)));
      return;
    case 2: {
      const other = chance.one(all);
      write(place, copy(read(other)));
      return;
    }
    default:
      write(place, changed(chance, read(place)));
  }
}

function written(value: Tree): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  if (typeof value === 'object' && value !== null) return `{${Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${written(inner)}`).join(',')}}`;
  return JSON.stringify(value);
}

/** JSON in another form: cut off, doubled, in other bytes. */
function spoilt(chance: Chance, text: string): Buffer {
  const bytes = Buffer.from(text);
  switch (chance.below(7)) {
    case 0:
      return bytes.subarray(0, chance.below(bytes.length));
    case 1:
      return Buffer.concat([bytes, bytes]);
    case 2:
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
    case 3:
      return Buffer.from(text, 'utf16le');
    case 4:
      return chance.one([Buffer.alloc(0), Buffer.from('null'), Buffer.from('[]'), Buffer.from('{}'), Buffer.from('"x"'), Buffer.from('1e999'), Buffer.alloc(1000)]);
    case 5:
      return Buffer.from(text.replace(/"([^"]+)":/u, '"$1":null,"$1":'));
    default:
      return damaged(chance, bytes);
  }
}

export interface MutatedJson {
  readonly bytes: Buffer;
  /** What it says, where it is JSON still. */
  readonly value: unknown;
}

/** @param mend what makes the rest of the file fit, as whoever forges one would; it is called half of the times. */
export function mutateJson(chance: Chance, base: unknown, mend: (value: unknown) => void = () => {}): MutatedJson {
  const tree = structuredClone(base) as Tree;
  for (let steps = 1 + chance.below(3); steps > 0; steps--) step(chance, tree);
  const forged = chance.rarely(2);
  if (forged) {
    try {
      mend(tree);
    } catch {
      // Nothing is left to be mended.
    }
  }
  const text = written(tree);
  const bytes = !forged && chance.rarely(12) ? spoilt(chance, text) : Buffer.from(text);
  try {
    return { bytes, value: JSON.parse(bytes.toString().replace(/^\ufeff/u, '')) as unknown };
  } catch {
    return { bytes, value: undefined };
  }
}

/** Bytes in which some are others, are missing, or come twice. */
export function damaged(chance: Chance, base: Buffer): Buffer {
  let bytes = Buffer.from(base);
  for (let steps = 1 + chance.below(4); steps > 0 && bytes.length > 8; steps--) {
    // Headers come first, and matter most.
    const at = chance.below(chance.rarely(2) ? bytes.length : Math.min(bytes.length, 4096));
    const length = Math.min(bytes.length - at, 1 + chance.below(chance.rarely(4) ? 512 : 8));
    switch (chance.below(7)) {
      case 0:
        bytes[at] = bytes[at]! ^ (1 << chance.below(8));
        break;
      case 1:
        bytes.fill(chance.one([0, 0xff, 0x7f, 0x80]), at, at + length);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      case 3:
        bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
        break;
      case 4:
        bytes = bytes.subarray(0, at);
        break;
      case 5:
        if (at + 4 <= bytes.length) bytes.writeInt32LE(chance.one([0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 24]), at);
        break;
      default:
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(chance.one(WORDS)), bytes.subarray(at)]);
    }
  }
  return bytes;
}
