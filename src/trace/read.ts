import { closeSync, readSync } from 'node:fs';
import { openInput } from '../../reports/input.js';
import { ArrowError, columnsOf, decodeMessage, type ArrowMessage, type ArrowSchema, type Body, type ColumnData } from './arrow.js';
import { HEADER_KEY, TRACE_COLUMNS, malformed, readHeader, sizeOf, type RowHeading, type TraceColumn, type TraceHeader } from './format.js';

/** A part of a row: some of its elements, one after the other. */
export interface Piece {
  /** How many elements of the row come before it. */
  readonly from: number;
  /** Which elements of the flattened tensor; null: all of them are recorded. */
  readonly index: Int32Array | null;
  readonly columns: { readonly [column in TraceColumn]?: Float32Array };
}

/** A row whose elements are read when they are asked for. */
export interface ReadRow extends RowHeading {
  /** The loss of this step; null where none was recorded. */
  readonly loss: number | null;
  /** How many elements are recorded. */
  readonly length: number;
  /** Whether those are a sample. */
  readonly sampled: boolean;
  /** All of them. What a piece holds is overwritten when the next one is asked for. @throws {InputError} positions that do not ascend. */
  readonly pieces: () => IterableIterator<Piece>;
}

export interface Trace {
  readonly path: string;
  readonly header: TraceHeader;
  /**
   * The rows in the order in which they were written; the pieces of one can be asked for until the next one is.
   * @throws {InputError} where the file holds something else than the header says.
   */
  rows(): IterableIterator<ReadRow>;
  /** After the last row: why there is no more. null where the writer closed the trace. */
  cutOff(): string | null;
  close(): void;
}

/** More than the metadata of a record, or of a schema with the names of all its tensors, takes. */
const METADATA = 2 ** 26;

/** Bodies of at most so many bytes are read at once; of longer ones each column in pieces, that stay in the processor's cache while they are judged. */
const SMALL = 2 ** 16;
/** Elements in a piece. */
const PIECE = 2 ** 16;

/** A file that is read from its beginning to its end. */
class Source {
  position = 0;
  private readonly whole = new ArrayBuffer(SMALL);
  /** What was read last, of each buffer of a body. */
  private readonly pieces: ArrayBuffer[] = [];
  private readonly file: number;
  readonly size: number;

  constructor(file: number, size: number) {
    this.file = file;
    this.size = size;
  }

  /** So many bytes; null where the file ends before. */
  take(length: number): Uint8Array | null {
    if (length > this.size - this.position) return null;
    const bytes = this.read(new Uint8Array(length), this.position);
    this.position += length;
    return bytes;
  }

  /** The next so many bytes, which are passed over, and read when they are asked for; null where the file ends before. */
  body(byteLength: number): Body | null {
    const start = this.position;
    if (byteLength > this.size - start) return null;
    this.position += byteLength;
    if (byteLength <= SMALL) {
      const bytes = this.read(new Uint8Array(this.whole, 0, byteLength), start);
      return { byteLength, at: (offset, length) => bytes.subarray(offset, offset + length) };
    }
    return { byteLength, at: (offset, length, buffer) => this.read(this.room(buffer, length), start + offset) };
  }

  private room(buffer: number, length: number): Uint8Array {
    if (length > 4 * PIECE + 8) return new Uint8Array(length);
    return new Uint8Array(this.pieces[buffer] ??= new ArrayBuffer(4 * PIECE + 8), 0, length);
  }

  /** @throws {ArrowError} where the file has become shorter since. */
  private read(bytes: Uint8Array, position: number): Uint8Array {
    for (let got = 0; got < bytes.byteLength;) {
      const read = readSync(this.file, bytes, got, bytes.byteLength - got, position + got);
      if (read === 0) throw new ArrowError('an end before its end');
      got += read;
    }
    return bytes;
  }
}

/** A message, whose body comes next; `closed` where the stream ends as it should, `cut` where the file ends before. */
type Next = ArrowMessage | 'closed' | 'cut' | 'end';

function nextMessage(source: Source): Next {
  if (source.position === source.size) return 'end';
  const [mark, rest] = [source.take(4), source.take(4)];
  if (mark === null || rest === null) return 'cut';
  if (word(mark) !== -1) throw new ArrowError('no message where one was due');
  const length = word(rest);
  if (length === 0) return 'closed';
  if (length < 0 || length > METADATA) throw new ArrowError(`metadata of ${length} bytes`);
  const metadata = source.take(length);
  return metadata === null ? 'cut' : decodeMessage(metadata);
}

const word = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);

/**
 * Opens a trace. It is read record by record: the memory that this takes does not grow with the run.
 * @throws {InputError} what cannot be read, or is no trace.
 */
export function openTrace(path: string): Trace {
  const { file, size } = openInput(path, { expected: `a trace at ${path}`, remedy: '"omg-oracle resnet --trace FILE" and examples/pytorch_trace.py write traces.' });
  try {
    const source = new Source(file, size);
    const schema = schemaOf(path, source);
    const header = readHeader(path, schema.metadata.get(HEADER_KEY));
    checkColumns(path, header, schema);
    let cut: string | null = null;
    return {
      path,
      header,
      *rows() {
        for (;;) {
          const start = source.position;
          const columns = recordOf(path, source, schema);
          if (columns === 'end') cut = 'it was never closed: the program that wrote it did not come to its end';
          if (columns === 'cut') cut = `its last record, at byte ${start}, is not whole`;
          if (typeof columns === 'string') return;
          for (let row = 0; row < columns.get('step')!.length; row++) yield rowOf(path, header, columns, row);
        }
      },
      cutOff: () => cut,
      close: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

const said = (error: unknown): string => (error instanceof ArrowError ? `it has ${error.message}` : 'it is damaged');

function schemaOf(path: string, source: Source): ArrowSchema {
  try {
    const next = nextMessage(source);
    if (typeof next === 'object' && next.kind === 'schema') return next.schema;
  } catch (error) {
    return malformed(path, "Arrow's streaming format", said(error), { cause: error });
  }
  return malformed(path, "Arrow's streaming format", 'it has no schema');
}

/** The next record's columns, or how the trace ends. @throws {InputError} what is no record. */
function recordOf(path: string, source: Source, schema: ArrowSchema): ReadonlyMap<string, ColumnData> | 'closed' | 'cut' | 'end' {
  const start = source.position;
  try {
    const next = nextMessage(source);
    if (typeof next === 'string') return next;
    if (next.kind === 'record') {
      const body = source.body(next.bodyLength);
      return body === null ? 'cut' : columnsOf(schema, next.batch, body);
    }
  } catch (error) {
    return malformed(path, `a record at byte ${start}`, said(error), { cause: error });
  }
  return malformed(path, `a record at byte ${start}`, 'it has a second schema');
}

/** @throws {InputError} a column that is missing, or of another type. */
function checkColumns(path: string, { method }: TraceHeader, { columns }: ArrowSchema): void {
  const check = (name: string, type: string, optional = false): void => {
    const found = columns.find((column) => column.name === name);
    if (found?.type !== type && !(optional && found === undefined))
      malformed(path, `a column "${name}" of type ${type}`, found === undefined ? 'there is none' : `it is of type ${found.type}`);
  };
  for (const name of ['step', 'parameter']) check(name, 'int32');
  check('loss', 'float32', true);
  check('index', 'list<int32>', true);
  for (const name of TRACE_COLUMNS[method]) check(name, 'list<float32>');
}

function numberAt(column: ColumnData | undefined, row: number): number | null {
  return column === undefined || !column.valid(row) ? null : column.values!(row, row + 1)[0]!;
}

/** Where a row's list lies in the column's numbers; null where there is none. */
function placeOf(column: ColumnData | undefined, row: number): { readonly start: number; readonly length: number } | null {
  if (column === undefined || !column.valid(row)) return null;
  const start = column.offsets![row]!;
  return { start, length: column.offsets![row + 1]! - start };
}

function rowOf(path: string, header: TraceHeader, data: ReadonlyMap<string, ColumnData>, row: number): ReadRow {
  const [step, parameter] = [numberAt(data.get('step'), row), numberAt(data.get('parameter'), row)];
  if (step === null || step < 1) malformed(path, 'steps that are counted from 1', `got ${step}`);
  const about = parameter === null ? undefined : header.parameters[parameter];
  if (parameter === null || about === undefined) malformed(path, `parameters from 0 to ${header.parameters.length - 1}, as in its header`, `got ${parameter} in step ${step}`);
  if (header.steps !== null && step > header.steps) malformed(path, `${header.steps} steps, as in its header`, `it has a step ${step}`);
  const size = sizeOf(about);
  const index = placeOf(data.get('index'), row);
  const length = index?.length ?? size;
  const most = header.sample === null ? size : Math.min(size, header.sample.count);
  if (header.sample === null && index !== null) malformed(path, `all elements of ${about.name}, as its header has no "sample"`, `it has an "index" in step ${step}`);
  if (length > most) malformed(path, `at most ${most} elements of ${about.name}, as in the "sample" of its header`, `there are ${length} in step ${step}`);
  const places = TRACE_COLUMNS[header.method].map((name) => {
    const place = placeOf(data.get(name), row);
    if (place?.length !== length) malformed(path, `${length} values in "${name}" of ${about.name} in step ${step}`, `there are ${place === null ? 'none' : place.length}`);
    return { name, start: place.start, child: data.get(name)!.child! };
  });
  return {
    step,
    parameter,
    loss: numberAt(data.get('loss'), row),
    length,
    sampled: index !== null,
    *pieces() {
      let last = -1;
      for (let from = 0; from < length; from += PIECE) {
        const to = Math.min(from + PIECE, length);
        const positions = index === null ? null : (data.get('index')!.child!.values!(index.start + from, index.start + to) as Int32Array);
        if (positions !== null) last = checkIndex(path, positions, last, size, `${about.name} in step ${step}`);
        yield { from, index: positions, columns: Object.fromEntries(places.map(({ name, start, child }) => [name, child.values!(start + from, start + to) as Float32Array])) };
      }
    },
  };
}

/** @returns the last position. @throws {InputError} positions that do not ascend, or lie outside of the tensor. */
function checkIndex(path: string, index: Int32Array, before: number, size: number, where: string): number {
  let last = before;
  for (const position of index) {
    if (position <= last || position >= size) malformed(path, `ascending positions from 0 to ${size - 1} as "index" of ${where}`, `got ${position} after ${last}`);
    last = position;
  }
  return last;
}
