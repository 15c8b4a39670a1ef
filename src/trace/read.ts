import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { InputError } from '../../reports/errors.js';
import { whyUnread } from '../../reports/files.js';
import { ArrowError, columnsOf, decodeMessage, type ArrowMessage, type ArrowSchema, type ColumnData } from './arrow.js';
import { HEADER_KEY, TRACE_COLUMNS, malformed, readHeader, sizeOf, type TraceColumn, type TraceHeader, type TraceRow } from './format.js';

export interface Trace {
  readonly header: TraceHeader;
  /**
   * The rows in the order in which they were written. What a row holds is overwritten when the next one is asked for.
   * @throws {InputError} where the file holds something else than the header says.
   */
  rows(): IterableIterator<TraceRow>;
  /** After the last row: why there is no more. null where the writer closed the trace. */
  cutOff(): string | null;
  close(): void;
}

/** More than the metadata of a record, or of a schema with the names of all its tensors, takes. */
const METADATA = 2 ** 26;

/** A file that is read from its beginning to its end. Large pieces share one buffer: they are gone with the next. */
class Source {
  position = 0;
  private body = new ArrayBuffer(0);
  private readonly file: number;
  readonly size: number;

  constructor(file: number, size: number) {
    this.file = file;
    this.size = size;
  }

  /** So many bytes; null where the file ends before. */
  take(length: number): Uint8Array | null {
    return this.read(new Uint8Array(Math.min(length, this.size)), length);
  }

  takeBody(length: number): Uint8Array | null {
    if (length > this.size - this.position) return null;
    if (length > this.body.byteLength) this.body = new ArrayBuffer(length);
    return this.read(new Uint8Array(this.body, 0, length), length);
  }

  private read(bytes: Uint8Array, length: number): Uint8Array | null {
    if (length > this.size - this.position) return null;
    for (let got = 0; got < length;) {
      const read = readSync(this.file, bytes, got, length - got, this.position + got);
      if (read === 0) return null;
      got += read;
    }
    this.position += length;
    return bytes;
  }
}

/** A message with its body; `closed` where the stream ends as it should, `cut` where the file ends before. */
type Next = { readonly message: ArrowMessage; readonly body: Uint8Array } | 'closed' | 'cut' | 'end';

function nextMessage(source: Source): Next {
  if (source.position === source.size) return 'end';
  const [mark, rest] = [source.take(4), source.take(4)];
  if (mark === null || rest === null) return 'cut';
  if (word(mark) !== -1) throw new ArrowError('no message where one was due');
  const length = word(rest);
  if (length === 0) return 'closed';
  if (length < 0 || length > METADATA) throw new ArrowError(`metadata of ${length} bytes`);
  const metadata = source.take(length);
  if (metadata === null) return 'cut';
  const message = decodeMessage(metadata);
  const body = source.takeBody(message.kind === 'record' ? message.bodyLength : 0);
  return body === null ? 'cut' : { message, body };
}

const word = (bytes: Uint8Array): number => new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true);

/**
 * Opens a trace. It is read record by record: the memory that this takes does not grow with the run.
 * @throws {InputError} what cannot be read, or is no trace.
 */
export function openTrace(path: string): Trace {
  const file = opened(path);
  try {
    const source = new Source(file, fstatSync(file).size);
    const schema = schemaOf(path, source);
    const header = readHeader(path, schema.metadata.get(HEADER_KEY));
    checkColumns(path, header, schema);
    let cut: string | null = null;
    return {
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

function opened(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new InputError({ expected: `a trace at ${path}`, received: whyUnread(error), remedy: '"omg-oracle resnet --trace FILE" and examples/pytorch_trace.py write traces.' }, { cause: error });
  }
}

const said = (error: unknown): string => (error instanceof ArrowError ? `it has ${error.message}` : 'it is damaged');

function schemaOf(path: string, source: Source): ArrowSchema {
  try {
    const next = nextMessage(source);
    if (typeof next === 'object' && next.message.kind === 'schema') return next.message.schema;
  } catch (error) {
    return malformed(path, 'Arrow\'s streaming format', said(error), { cause: error });
  }
  return malformed(path, 'Arrow\'s streaming format', 'it has no schema');
}

/** The next record's columns, or how the trace ends. @throws {InputError} what is no record. */
function recordOf(path: string, source: Source, schema: ArrowSchema): ReadonlyMap<string, ColumnData> | 'closed' | 'cut' | 'end' {
  const start = source.position;
  try {
    const next = nextMessage(source);
    if (typeof next === 'string') return next;
    if (next.message.kind === 'record') return columnsOf(schema, next.message.batch, next.body);
  } catch (error) {
    return malformed(path, `a record at byte ${start}`, said(error), { cause: error });
  }
  return malformed(path, `a record at byte ${start}`, 'it has a second schema');
}

/** @throws {InputError} a column that is missing, or of another type. */
function checkColumns(path: string, { method }: TraceHeader, { columns }: ArrowSchema): void {
  const check = (name: string, type: string, optional = false): void => {
    const found = columns.find((column) => column.name === name);
    if (found?.type !== type && !(optional && found === undefined)) malformed(path, `a column "${name}" of type ${type}`, found === undefined ? 'there is none' : `it is of type ${found.type}`);
  };
  for (const name of ['step', 'parameter']) check(name, 'int32');
  check('loss', 'float32', true);
  check('index', 'list<int32>', true);
  for (const name of TRACE_COLUMNS[method]) check(name, 'list<float32>');
}

function numberAt(column: ColumnData | undefined, row: number): number | null {
  return column === undefined || !column.valid(row) ? null : column.values![row]!;
}

function listAt(column: ColumnData | undefined, row: number): Int32Array | Float32Array | null {
  return column === undefined || !column.valid(row) ? null : column.child!.values!.subarray(column.offsets![row], column.offsets![row + 1]);
}

function rowOf(path: string, header: TraceHeader, data: ReadonlyMap<string, ColumnData>, row: number): TraceRow {
  const [step, parameter] = [numberAt(data.get('step'), row), numberAt(data.get('parameter'), row)];
  if (step === null || step < 1) malformed(path, 'steps that are counted from 1', `got ${step}`);
  const about = parameter === null ? undefined : header.parameters[parameter];
  if (parameter === null || about === undefined) malformed(path, `parameters from 0 to ${header.parameters.length - 1}, as in its header`, `got ${parameter} in step ${step}`);
  const index = listAt(data.get('index'), row) as Int32Array | null;
  const size = sizeOf(about);
  const length = index === null ? size : index.length;
  if (index !== null) checkIndex(path, index, size, `${about.name} in step ${step}`);
  const columns: { [column in TraceColumn]?: Float32Array } = {};
  for (const name of TRACE_COLUMNS[header.method]) {
    const values = listAt(data.get(name), row) as Float32Array | null;
    if (values?.length !== length) malformed(path, `${length} values in "${name}" of ${about.name} in step ${step}`, `there are ${values === null ? 'none' : values.length}`);
    columns[name] = values;
  }
  return { step, parameter, loss: numberAt(data.get('loss'), row) ?? NaN, index, columns };
}

/** @throws {InputError} positions that do not ascend, or lie outside of the tensor. */
function checkIndex(path: string, index: Int32Array, size: number, where: string): void {
  let last = -1;
  for (const position of index) {
    if (position <= last || position >= size) malformed(path, `ascending positions from 0 to ${size - 1} as "index" of ${where}`, `got ${position} after ${last}`);
    last = position;
  }
}
