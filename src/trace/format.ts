/** What a trace holds: an Arrow IPC stream with a row for each tensor in each step. docs/TRACES.md is the same for whoever writes one. */

import { InputError } from '../base/errors.js';
import { parseJson } from '../../reports/input.js';
import { unknownMember } from '../base/closest.js';

/** The key of the schema's metadata under which the header stands, as JSON. */
export const HEADER_KEY = 'omg-oracle-trace';
export const TRACE_VERSION = 1;

/** Which float32 columns a trace of each method has: x and g before the step, what the method keeps, and what the step left. */
export const TRACE_COLUMNS = {
  'gradient-descent': ['x', 'g', 'x_after'],
  'sgd-momentum': ['x', 'g', 'x_after', 'b', 'b_after'],
  'meta-sgd': ['x', 'g', 'x_after', 'g_before', 'w', 'w_after'],
  'optimistic-meta-sgd': ['x', 'g', 'x_after', 'g_before', 'w', 'w_after'],
} as const;
export type TraceMethod = keyof typeof TRACE_COLUMNS;
/** What is claimed of a recorded run. */
export const CLAIMS = ['complete', 'step', 'state', 'rates', 'continuity', 'finite', 'gradients'] as const;
export type ClaimKey = (typeof CLAIMS)[number];
/** Their ids, in every report of one. */
export const TRACE_CLAIMS: readonly string[] = CLAIMS.map((key) => `trace-${key}`);

export const TRACE_METHODS = Object.keys(TRACE_COLUMNS) as readonly TraceMethod[];
export type TraceColumn = (typeof TRACE_COLUMNS)[TraceMethod][number];

export interface TraceParameter {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A number for every step, or one for each: the t-th is the t-th step's. */
export type Schedule = number | readonly number[];

/** What the method is configured with; docs/PROTOCOL.md says what each means. */
export interface TraceConfig {
  readonly learningRate?: Schedule;
  readonly momentum?: number;
  readonly dampening?: number;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
  /** w_1 of the meta-learned rates, which the first `w` must be. */
  readonly rate?: number;
  /** β */
  readonly metaRate?: Schedule;
}

export interface TraceHeader {
  readonly version: typeof TRACE_VERSION;
  readonly method: TraceMethod;
  readonly config: TraceConfig;
  readonly parameters: readonly TraceParameter[];
  /** How many steps the run was to take; null where it ran until it was stopped. */
  readonly steps: number | null;
  /** The seed that picked the recorded elements, and how many of each tensor at most; null where all are recorded. */
  readonly sample: { readonly seed: number; readonly count: number } | null;
  readonly producer: { readonly name: string; readonly version: string; readonly device: string };
}

/** Which tensor, in which step. */
export interface RowHeading {
  /** t, from 1. */
  readonly step: number;
  /** Which of the header's parameters. */
  readonly parameter: number;
}

/** One tensor in one step. */
export interface TraceRow extends RowHeading {
  /** The loss of this step. */
  readonly loss: number;
  /** Which elements of the flattened tensor, ascending; null: all. */
  readonly index: Int32Array | null;
  readonly columns: { readonly [column in TraceColumn]?: Float32Array };
}

export const sizeOf = ({ shape }: TraceParameter): number => shape.reduce((product, length) => product * length, 1);

const REMEDY = 'docs/TRACES.md says what a trace holds; "omg-oracle resnet --trace FILE" and examples/pytorch_trace.py write such files.';

/** @throws {InputError} always: the file `path` is no such trace. */
export function malformed(path: string, expected: string, received: string, options?: ErrorOptions): never {
  throw new InputError({ expected: `${path} to be a trace with ${expected}`, received, remedy: REMEDY }, options);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
const isSchedule = (value: unknown): boolean => isNumber(value) || (Array.isArray(value) && value.length > 0 && value.every(isNumber));
/** Of what JSON can hold. */
const shown = (value: unknown): string => (value === undefined ? 'it is missing' : `got ${JSON.stringify(value).slice(0, 200)}`);

/** What of the config each method cannot do without, and what it may have. */
const CONFIG: { readonly [method in TraceMethod]: { readonly needed: readonly string[]; readonly more: readonly string[] } } = {
  'gradient-descent': { needed: ['learningRate'], more: ['weightDecay'] },
  'sgd-momentum': { needed: ['learningRate', 'momentum'], more: ['dampening', 'nesterov', 'weightDecay'] },
  'meta-sgd': { needed: ['metaRate'], more: ['rate'] },
  'optimistic-meta-sgd': { needed: ['metaRate'], more: ['rate'] },
};
/** Every member that a config of `method` can have. */
export const configMembers = (method: TraceMethod): readonly string[] => [...CONFIG[method].needed, ...CONFIG[method].more];

const KINDS: Readonly<Record<keyof TraceConfig, { readonly fits: (value: unknown) => boolean; readonly what: string }>> = {
  learningRate: { fits: isSchedule, what: 'a number, or a list with one for each step' },
  metaRate: { fits: isSchedule, what: 'a number, or a list with one for each step' },
  momentum: { fits: isNumber, what: 'a number' },
  dampening: { fits: isNumber, what: 'a number' },
  weightDecay: { fits: isNumber, what: 'a number' },
  rate: { fits: isNumber, what: 'a number' },
  nesterov: { fits: (value) => typeof value === 'boolean', what: 'true or false' },
};

/** How many steps the lists of a config are for; null where it has none. */
export function scheduled({ learningRate, metaRate }: TraceConfig): number | null {
  const lengths = [learningRate, metaRate].flatMap((value) => (typeof value === 'object' ? [value.length] : []));
  return lengths[0] ?? null;
}

/** @param steps how many there were to be, where that is known. @throws {InputError} a config that this method cannot be replayed with. */
export function checkConfig(path: string, method: TraceMethod, config: unknown, steps: number | null): TraceConfig {
  if (!isObject(config)) malformed(path, 'a config that is an object', shown(config));
  const unknown = unknownMember(config, configMembers(method));
  if (unknown !== null) malformed(path, `a config of ${method}, whose members are ${configMembers(method).join(', ')}`, unknown);
  for (const name of CONFIG[method].needed) if (config[name] === undefined) malformed(path, `"${name}" in the config of ${method}`, 'it is missing');
  for (const [name, { fits, what }] of Object.entries(KINDS)) {
    if (config[name] !== undefined && !fits(config[name])) malformed(path, `${what} as "${name}"`, shown(config[name]));
  }
  const length = scheduled(config);
  if (length !== null && steps !== null && length !== steps) malformed(path, `one entry for each of its ${steps} steps in a list of its config`, `there are ${length}`);
  return config;
}

/** Many times what the largest networks have. For each some memory is held until the end. */
const MOST_PARAMETERS = 50_000;

/** @throws {InputError} a header that is missing, of another version, or says too little. */
export function readHeader(path: string, text: string | undefined): TraceHeader {
  if (text === undefined) malformed(path, `"${HEADER_KEY}" in its schema's metadata`, 'it is missing');
  let header: unknown;
  try {
    header = parseJson(text);
  } catch (error) {
    malformed(path, `JSON as "${HEADER_KEY}"`, `got ${text.slice(0, 200)}`, { cause: error });
  }
  if (!isObject(header)) malformed(path, `an object as "${HEADER_KEY}"`, shown(header));
  const { version, method, config, parameters, steps = null, sample = null, producer } = header;
  if (version !== TRACE_VERSION) malformed(path, `version ${TRACE_VERSION}`, shown(version));
  const known = TRACE_METHODS.find((name) => name === method);
  if (known === undefined) malformed(path, `one of ${TRACE_METHODS.join(', ')} as its "method"`, shown(method));
  if (!Array.isArray(parameters) || parameters.length === 0) malformed(path, 'a list of "parameters"', shown(parameters));
  if (parameters.length > MOST_PARAMETERS) malformed(path, `at most ${MOST_PARAMETERS} "parameters"`, `there are ${parameters.length}`);
  for (const parameter of parameters as unknown[]) {
    const fits = isObject(parameter) && typeof parameter['name'] === 'string' && Array.isArray(parameter['shape']) && parameter['shape'].every(isCount);
    if (!fits) malformed(path, 'parameters like {"name":"conv1.weight","shape":[64,3,7,7]}', shown(parameter));
  }
  if (steps !== null && !isCount(steps)) malformed(path, 'a number of "steps", or null', shown(steps));
  if (sample !== null && !(isObject(sample) && isCount(sample['seed']) && isCount(sample['count'])))
    malformed(path, 'a "sample" like {"seed":1,"count":4096}, or null', shown(sample));
  if (!isObject(producer) || ['name', 'version', 'device'].some((name) => typeof producer[name] !== 'string'))
    malformed(path, 'a "producer" like {"name":"PyTorch","version":"2.1","device":"cpu"}', shown(producer));
  return { version, method: known, config: checkConfig(path, known, config, steps), parameters, steps, sample, producer } as unknown as TraceHeader;
}
