/**
 * The safetensors format, of float32 tensors: the header's length as 8 bytes, a header in JSON, and the numbers, all little-endian.
 * https://github.com/huggingface/safetensors#format
 */

import { closeSync } from 'node:fs';
import { InputError } from '../base/errors.js';
import { openInput, parseJson, readAt } from '../../reports/input.js';

export interface StoredTensor {
  readonly shape: readonly number[];
  /** Row by row. */
  readonly data: Float32Array;
}

export interface Stored {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** A hundred times what the header of a checkpoint takes. The format's own limit is 100 MB, more than is to be held of a file of which nothing is known. */
const HEADER = 2 ** 24;
const METADATA = '__metadata__';
const BYTES = Float32Array.BYTES_PER_ELEMENT;

/** The file that holds these, whole. */
export function encodeSafetensors({ metadata, tensors }: Stored): Uint8Array {
  const header: Record<string, unknown> = { [METADATA]: Object.fromEntries(metadata) };
  let end = 0;
  for (const [name, { shape, data }] of tensors) header[name] = { dtype: 'F32', shape, data_offsets: [end, end += data.byteLength] };
  const text = JSON.stringify(header);
  const length = Buffer.byteLength(text);
  // The numbers begin at a multiple of 8: who maps the file into memory can use them where they are.
  const padded = Math.ceil(length / 8) * 8;
  const bytes = Buffer.alloc(8 + padded + end, ' ');
  bytes.writeBigUInt64LE(BigInt(padded), 0);
  bytes.write(text, 8);
  let at = 8 + padded;
  for (const { data } of tensors.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** @throws {InputError} always: the file `path` is no such file. */
export function unfit(path: string, expected: string, received: string, options?: ErrorOptions): never {
  throw new InputError({
    expected: `${path} to be a checkpoint with ${expected}`,
    received,
    remedy: '"omg-oracle resnet --save FILE" writes such files; docs/RESNET.md says what they hold.',
  }, options);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isCounts = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every(isCount);
const shown = (value: unknown): string => (value === undefined ? 'it is missing' : `got ${JSON.stringify(value).slice(0, 200)}`);

/** Reads such a file, its numbers when they are asked for. @throws {InputError} one that is not there, is cut off, holds other numbers than float32, or whose header and length do not agree. */
export function readSafetensors(path: string): Stored {
  const { length, size, header } = withFile(path, (file, bytes) => {
    if (bytes < 8) unfit(path, 'the length of its header as its first 8 bytes', `it has ${bytes} bytes`);
    const said = readAt(file, 0, 8).readBigUInt64LE(0);
    if (said > Math.min(HEADER, bytes - 8)) unfit(path, `a header that ends within its ${bytes} bytes, and is no longer than ${HEADER}`, `its header has ${said} bytes`);
    return { length: Number(said), size: bytes, header: headerOf(path, readAt(file, 8, Number(said))) };
  });
  const start = 8 + length;
  const { [METADATA]: metadata = {}, ...described } = header;
  if (!isObject(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) unfit(path, `texts alone in "${METADATA}"`, shown(metadata));
  // In a file without overlaps the middles ascend, those of empty tensors too.
  const places = Object.entries(described).map(([name, description]) => placeOf(path, name, description)).toSorted((a, b) => a.begin + a.end - (b.begin + b.end));
  const tensors = new Map<string, StoredTensor>();
  let due = 0;
  for (const { name, shape, begin, end } of places) {
    // Nothing overlaps, and nothing lies between.
    if (begin !== due) unfit(path, `"${name}" to begin at byte ${due} of its numbers, where the tensor before ends`, `it begins at byte ${begin}`);
    if (end > size - start) unfit(path, `${end} bytes of numbers, where "${name}" ends`, `it has ${size - start}`);
    tensors.set(name, {
      shape,
      get data() {
        return numbers(path, name, start + begin, end - begin);
      },
    });
    due = end;
  }
  if (due !== size - start) unfit(path, `${due} bytes of numbers, as its header says`, `it has ${size - start}`);
  return { metadata: new Map(Object.entries(metadata as Readonly<Record<string, string>>)), tensors };
}

function withFile<T>(path: string, body: (file: number, size: number) => T): T {
  const { file, size } = openInput(path, { expected: `a checkpoint at ${path}`, remedy: '"omg-oracle resnet --save FILE" writes such files.' });
  try {
    return body(file, size);
  } finally {
    closeSync(file);
  }
}

function numbers(path: string, name: string, start: number, length: number): Float32Array {
  return withFile(path, (file) => {
    const bytes = readAt(file, start, length);
    if (bytes.byteLength < length) unfit(path, `${length} bytes for "${name}"`, 'it has become shorter since it was opened');
    // A copy: Float32Array wants to begin at a multiple of 4.
    return new Float32Array(Uint8Array.from(bytes).buffer);
  });
}

function headerOf(path: string, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let header: unknown;
  try {
    header = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    unfit(path, 'a header in JSON', 'it is not', { cause: error });
  }
  return isObject(header) ? header : unfit(path, 'an object as its header', shown(header));
}

function placeOf(path: string, name: string, description: unknown): { readonly name: string; readonly shape: readonly number[]; readonly begin: number; readonly end: number } {
  if (!isObject(description)) unfit(path, `"${name}" described by an object`, shown(description));
  const { dtype, shape, data_offsets: offsets } = description;
  if (dtype !== 'F32') unfit(path, `"F32" as the dtype of "${name}"`, shown(dtype));
  if (!isCounts(shape)) unfit(path, `a list of lengths as the shape of "${name}"`, shown(shape));
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!) unfit(path, `where "${name}" begins and ends as its "data_offsets"`, shown(offsets));
  const [begin, end] = offsets as readonly [number, number];
  const due = BYTES * shape.reduce((product, one) => product * one, 1);
  if (end - begin !== due) unfit(path, `${due} bytes for "${name}", of shape [${shape.join(', ')}]`, `it has ${end - begin}`);
  return { name, shape, begin, end };
}
