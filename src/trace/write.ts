import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { AsyncByteQueue, Field, Float32, Int32, List, RecordBatch, RecordBatchStreamWriter, Schema, Struct, makeData, type Data } from 'apache-arrow';
import { OutputError } from '../base/errors.js';
import { plainReason } from '../base/files.js';
import { HEADER_KEY, TRACE_COLUMNS, type TraceHeader, type TraceRow } from './format.js';

export interface TraceWriter {
  /** Writes a row, whole or not at all. @throws {OutputError} where it cannot be written; what was written before stands. */
  write(row: TraceRow): void;
  /** Marks the trace as complete. */
  finish(): void;
  /** Leaves it as one that was cut off, unless it is finished. */
  close(): void;
}

const LIST_OF_FLOATS = new List(new Field('item', new Float32(), false));
const LIST_OF_INTEGERS = new List(new Field('item', new Int32(), false));

/** A queue that keeps nothing: its bytes are in the file when `write` returns. */
class Sink extends AsyncByteQueue {
  private readonly put: (bytes: Uint8Array) => void;

  constructor(put: (bytes: Uint8Array) => void) {
    super();
    this.put = put;
  }

  override write(bytes: Uint8Array): void {
    if (bytes.byteLength > 0) this.put(bytes);
  }
}

/** Begins a trace at `path`. @throws {OutputError} where no file can be written there. */
export function createTrace(path: string, header: TraceHeader): TraceWriter {
  const names = TRACE_COLUMNS[header.method];
  const schema = new Schema([
    new Field('step', new Int32(), false),
    new Field('parameter', new Int32(), false),
    new Field('loss', new Float32(), false),
    new Field('index', LIST_OF_INTEGERS, true),
    ...names.map((name) => new Field(name, LIST_OF_FLOATS, false)),
  ], new Map([[HEADER_KEY, JSON.stringify(header)]]));
  let file: number | null = guarded(path, () => opened(path));
  let position = 0;
  const writer = new RecordBatchStreamWriter();
  const append = (bytes: Uint8Array): void => {
    for (let put = 0; put < bytes.byteLength;) put += writeSync(file!, bytes, put, bytes.byteLength - put, position + put);
    position += bytes.byteLength;
  };
  const takeBack = (before: number): void => {
    position = before;
    try {
      ftruncateSync(file!, before);
    } catch {
      // What led here is the failure to tell; and a reader finds out itself that a record is not whole.
    }
  };
  /** What cannot be written to its end is taken back. */
  const whole = (body: () => void): void => {
    const before = position;
    guarded(path, () => {
      try {
        body();
      } catch (error) {
        takeBack(before);
        throw error;
      }
    });
  };
  whole(() => writer.reset(new Sink(append), schema));
  const close = (): void => {
    if (file !== null) closeSync(file);
    file = null;
  };
  return {
    write: ({ step, parameter, loss, index, columns }) => {
      const children = [integer(step), integer(parameter), float(loss), indices(index), ...names.map((name) => floats(columns[name]!))];
      whole(() => writer.write(new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: 1, nullCount: 0, children }))));
    },
    finish() {
      whole(() => writer.finish());
      close();
    },
    close,
  };
}

/** An empty file; a pipe without a reader is not waited for. */
function opened(path: string): number {
  const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NONBLOCK ?? 0), 0o666);
  if (!fstatSync(file).isFIFO()) return file;
  closeSync(file);
  throw new Error('it is a pipe, not a file');
}

function guarded<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw new OutputError({
      expected: `to write ${path}`,
      received: plainReason(error),
      remedy: 'Make room there, or choose another file with --trace FILE; what was written until now can be checked.',
    }, { cause: error });
  }
}

const integer = (value: number): Data => makeData({ type: new Int32(), length: 1, nullCount: 0, data: Int32Array.of(value) });
const float = (value: number): Data => makeData({ type: new Float32(), length: 1, nullCount: 0, data: Float32Array.of(value) });
const offsets = (length: number): Int32Array => Int32Array.of(0, length);

function floats(values: Float32Array): Data {
  return makeData({
    type: LIST_OF_FLOATS,
    length: 1,
    nullCount: 0,
    valueOffsets: offsets(values.length),
    child: makeData({ type: new Float32(), length: values.length, nullCount: 0, data: values }),
  });
}

function indices(values: Int32Array | null): Data {
  const child = makeData({ type: new Int32(), length: values?.length ?? 0, nullCount: 0, data: values ?? new Int32Array(0) });
  return makeData({
    type: LIST_OF_INTEGERS,
    length: 1,
    nullCount: values === null ? 1 : 0,
    nullBitmap: Uint8Array.of(values === null ? 0 : 1),
    valueOffsets: offsets(values?.length ?? 0),
    child,
  });
}
