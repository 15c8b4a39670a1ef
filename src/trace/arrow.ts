/**
 * Arrow's streaming format, as far as traces need it: messages, and the columns of a record in place. The generated classes
 * of the format itself do the decoding. Every length is held against what there is before it is believed: a damaged file is told of, and costs
 * neither time nor memory.
 */

import { Field as FieldTable } from 'apache-arrow/fb/field';
import { FloatingPoint } from 'apache-arrow/fb/floating-point';
import { Int } from 'apache-arrow/fb/int';
import { Message } from 'apache-arrow/fb/message';
import { MessageHeader } from 'apache-arrow/fb/message-header';
import { Precision } from 'apache-arrow/fb/precision';
import { RecordBatch } from 'apache-arrow/fb/record-batch';
import { Schema } from 'apache-arrow/fb/schema';
import { Type } from 'apache-arrow/fb/type';
import { ByteBuffer } from 'flatbuffers';

/** What is not Arrow, or not of the kinds that traces are made of. */
export class ArrowError extends Error {
  override readonly name = 'ArrowError';
}

/** A column's type: "int32", "list<float32>". */
export type ColumnType = string;

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
}

export interface ArrowSchema {
  readonly columns: readonly Column[];
  readonly metadata: ReadonlyMap<string, string>;
}

export type ArrowMessage = { readonly kind: 'schema'; readonly schema: ArrowSchema } | { readonly kind: 'record'; readonly batch: RecordBatch; readonly bodyLength: number };

/** More columns, or entries of metadata, than any trace has. */
const MANY = 1000;

function within(what: string, value: number | bigint, most: number): number {
  const number = Number(value);
  if (!(number >= 0 && number <= most)) throw new ArrowError(`${what} of ${value}, where there can be ${most} at most`);
  return number;
}

/** Decodes a message's metadata. @throws {ArrowError} what is no message of a stream without dictionaries and compression. */
export function decodeMessage(bytes: Uint8Array): ArrowMessage {
  const message = Message.getRootAsMessage(new ByteBuffer(bytes));
  const bodyLength = within('a body', message.bodyLength(), Number.MAX_SAFE_INTEGER);
  switch (message.headerType()) {
    case MessageHeader.Schema:
      return { kind: 'schema', schema: schemaOf(message.header(new Schema()) as Schema) };
    case MessageHeader.RecordBatch: {
      const batch = message.header(new RecordBatch()) as RecordBatch;
      if (batch.compression() !== null) throw new ArrowError('a compressed record; write traces without compression');
      return { kind: 'record', batch, bodyLength };
    }
    default:
      throw new ArrowError(`a message of kind ${MessageHeader[message.headerType()] ?? message.headerType()}, where a schema or a record was due`);
  }
}

function schemaOf(schema: Schema): ArrowSchema {
  const metadata = new Map<string, string>();
  for (let i = 0, n = within('metadata', schema.customMetadataLength(), MANY); i < n; i++) {
    const entry = schema.customMetadata(i)!;
    metadata.set(entry.key() ?? '', entry.value() ?? '');
  }
  const columns = Array.from({ length: within('columns', schema.fieldsLength(), MANY) }, (_, i) => {
    const field = schema.fields(i, new FieldTable())!;
    return { name: field.name() ?? '', type: typeOf(field) };
  });
  return { columns, metadata };
}

function typeOf(field: FieldTable, depth = 0): ColumnType {
  switch (field.typeType()) {
    case Type.Int: {
      const type = field.type(new Int()) as Int;
      return `${type.isSigned() ? '' : 'u'}int${type.bitWidth()}`;
    }
    case Type.FloatingPoint: {
      const known: { readonly [precision: number]: ColumnType } = { [Precision.HALF]: 'float16', [Precision.SINGLE]: 'float32', [Precision.DOUBLE]: 'float64' };
      const type = known[(field.type(new FloatingPoint()) as FloatingPoint).precision()];
      if (type !== undefined) return type;
      break;
    }
    case Type.List:
      if (depth < 4 && field.childrenLength() === 1) return `list<${typeOf(field.children(0)!, depth + 1)}>`;
      break;
    default:
  }
  throw new ArrowError(`a column "${field.name() ?? ''}" of type ${Type[field.typeType()] ?? 'unknown'}, where traces have numbers and lists of them`);
}

/** The bytes of a record that its metadata speaks of. `at` gives some of them, from a multiple of 8 on; what it gave may be gone when it is asked for others of the same buffer. */
export interface Body {
  readonly byteLength: number;
  readonly at: (offset: number, length: number, buffer: number) => Uint8Array;
}

/** One column of a record: row i is nothing where `valid(i)` is false. */
export interface ColumnData {
  readonly valid: (row: number) => boolean;
  readonly length: number;
  /** The numbers of a column of numbers, from the `from`-th to before the `to`-th. They may be gone when others are asked for. */
  readonly values: ((from: number, to: number) => Int32Array | Float32Array) | null;
  /** The rows of a column of lists: row i is child[offsets[i]] to child[offsets[i + 1] − 1]. */
  readonly offsets: Int32Array | null;
  readonly child: ColumnData | null;
}

/** Reads where a record's columns lie in its body; of their numbers, only where lists begin. @throws {ArrowError} lengths and places that cannot be. */
export function columnsOf({ columns }: ArrowSchema, batch: RecordBatch, body: Body): ReadonlyMap<string, ColumnData> {
  const depths = columns.map(({ type }) => type.split('<').length);
  const nodes = depths.reduce((sum, depth) => sum + depth, 0);
  if (batch.nodesLength() !== nodes || batch.buffersLength() !== 2 * nodes)
    throw new ArrowError(`a record of ${batch.nodesLength()} parts and ${batch.buffersLength()} buffers, where its columns have ${nodes} and ${2 * nodes}`);
  const rows = within('rows', batch.length(), body.byteLength);
  let next = 0;
  const buffer = (index: number): { readonly offset: number; readonly length: number } => {
    const place = batch.buffers(index)!;
    const length = within('a buffer', place.length(), body.byteLength);
    const offset = within('a place', place.offset(), body.byteLength - length);
    if (offset % 8 !== 0) throw new ArrowError(`a buffer at byte ${offset}, where they begin at multiples of 8`);
    return { offset, length };
  };
  const read = (type: ColumnType): ColumnData => {
    const index = next++;
    const length = within('a column', batch.nodes(index)!.length(), body.byteLength);
    const [validity, data] = [buffer(2 * index), buffer(2 * index + 1)];
    if (validity.length > 0 && validity.length * 8 < length) throw new ArrowError(`${validity.length} bytes that say which of ${length} entries there are`);
    const mask = validity.length === 0 ? null : body.at(validity.offset, validity.length, 2 * index).slice();
    const valid = mask === null ? () => true : (row: number) => (mask[row >> 3]! & (1 << (row & 7))) !== 0;
    const inner = /^list<(.*)>$/.exec(type)?.[1];
    if (inner === undefined) {
      const width = Number(/\d+$/.exec(type)![0]) / 8;
      if (data.length < width * length) throw new ArrowError(`${data.length} bytes for ${length} numbers of ${type}`);
      const Numbers = { int32: Int32Array, float32: Float32Array }[type];
      const values = Numbers === undefined ? null : (from: number, to: number): Int32Array | Float32Array => {
        // From a multiple of 8 on.
        const spare = from % 2;
        const bytes = body.at(data.offset + 4 * (from - spare), 4 * (to - from + spare), 2 * index + 1);
        return new Numbers(bytes.buffer as ArrayBuffer, bytes.byteOffset + 4 * spare, to - from);
      };
      return { valid, length, values, offsets: null, child: null };
    }
    if (data.length < 4 * (length + 1) && length > 0) throw new ArrowError(`${data.length} bytes for where ${length} lists begin`);
    const bytes = body.at(data.offset, length === 0 ? 0 : 4 * (length + 1), 2 * index + 1).slice();
    const offsets = new Int32Array(bytes.buffer, 0, length === 0 ? 0 : length + 1);
    const child = read(inner);
    for (let row = 0; row < length; row++) {
      if (!(offsets[row]! >= 0 && offsets[row]! <= offsets[row + 1]! && offsets[row + 1]! <= child.length))
        throw new ArrowError(`a list from ${offsets[row]} to ${offsets[row + 1]} of ${child.length}`);
    }
    return { valid, length, values: null, offsets, child };
  };
  return new Map(columns.map(({ name, type }) => {
    const column = read(type);
    if (column.length !== rows) throw new ArrowError(`${column.length} entries in "${name}", where the record has ${rows} rows`);
    return [name, column];
  }));
}
