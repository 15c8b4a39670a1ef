/** omg-oracle.config.json: several optimizers to be judged, each as a command line would have it. */

import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { InputError } from '../base/errors.js';
import { LARGEST, readWritten } from '../../reports/input.js';
import { closest } from '../base/closest.js';
import { OUT, shellWord, text, type Values } from './arguments.js';
import { gateOptions, type GateOptions } from './gate.js';
import schema from './gate-config.schema.json' with { type: 'json' };
import { UsageError } from './usage.js';

/** An optimizer by its name, and what is asked of it. */
export interface NamedSubject {
  readonly name: string;
  readonly options: GateOptions;
}

/** As the file has it, by its schema. */
interface Config {
  readonly subjects: readonly Subject[];
  readonly cases?: number;
  readonly seed?: number;
  readonly out?: string;
}

interface Subject {
  readonly name: string;
  readonly module?: string;
  readonly command?: readonly [string, ...string[]];
  readonly like?: string | readonly string[];
  readonly claims?: readonly string[];
  readonly cases?: number;
  readonly expected?: string;
  readonly 'require-worst-case'?: readonly string[];
  readonly counterexamples?: string;
  readonly 'start-timeout'?: string;
  readonly 'request-timeout'?: string;
}

const LONGEST = 60;
const abridged = (value: unknown): string => {
  const told = JSON.stringify(value);
  return told.length > LONGEST ? `${told.slice(0, LONGEST - 1)}…` : told;
};

/** "/subjects/0/like" as "subjects[0].like". */
const placeOf = (path: string): string => path.slice(1).replaceAll(/\/(\d+)/gu, '[$1]').replaceAll('/', '.') || 'the file';

/** What came, and what to do. */
function complaint({ keyword, instancePath, params, parentSchema, data, message }: ErrorObject): readonly [received: string, remedy: string] {
  const place = placeOf(instancePath);
  const near = (name: unknown, known: readonly string[]): string => {
    const meant = closest(String(name), known);
    return meant === null ? `It can have ${known.join(', ')}.` : `Did you mean "${meant}"?`;
  };
  switch (keyword) {
    case 'additionalProperties': {
      const name = params['additionalProperty'] as string;
      return [`${place} has ${abridged(name)}, which means nothing there`, near(name, Object.keys(parentSchema?.['properties'] as object))];
    }
    case 'required':
      return [`${place} has no "${params['missingProperty']}"`, 'Add it: docs/GATE.md has an example.'];
    case 'enum':
      return [`${place} is ${abridged(data)}`, near(data, params['allowedValues'] as readonly string[])];
    case 'pattern':
      return [`${place} is ${abridged(data)}`, 'Give letters, digits, "-" and "_", 40 at most: it is the name of a folder, too.'];
    default:
      return [`${place} ${message}, and is ${abridged(data)}`, 'Correct it: docs/GATE.md has an example.'];
  }
}

/** Every system reads "/", and no shell needs quotes for it. */
const slashed = (path: string): string => path.replaceAll(sep, '/');

/** What begins a command line that runs elsewhere. On Windows "cd" alone leads to no other drive. */
const IN_FOLDER = (word: string): string => (process.platform === 'win32' ? `cd /d ${word} && ` : `cd ${word} && exec `);

function readConfig(path: string): Config {
  const wanted = { expected: `the optimizers to be judged in ${path}`, remedy: 'Give a JSON file with "subjects": docs/GATE.md has an example.' };
  const value = readWritten(path, wanted, LARGEST.config);
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true, verbose: true }).compile<Config>(schema);
  if (!validate(value)) {
    // Of alternatives ajv lists what each lacks: one that is for another kind of value than what came says nothing.
    const telling = validate.errors!.find(({ keyword, params, data }) =>
      keyword !== 'anyOf' && !(keyword === 'enum' && Array.isArray(data)) && !(params['type'] === 'array' && typeof data === 'string')
    );
    const [received, remedy] = complaint(telling ?? validate.errors![0]!);
    throw new InputError({ ...wanted, received, remedy });
  }
  return value;
}

/**
 * The optimizers of a file, and what is asked of each; the seed is drawn where none is given.
 * @param given the options of the command line, which go before those of the file. @throws {InputError} @throws {UsageError} as one command line for each would.
 */
export function configured(path: string, given: Values, drawn: number): { readonly subjects: readonly NamedSubject[]; readonly out: string; readonly seed: string } {
  const config = readConfig(path);
  const home = dirname(path);
  // As it is said from the current folder; a word that begins with "-" would be an option.
  const at = (file: string): string => (isAbsolute(file) ? file : slashed(relative('.', resolve(home, file))).replace(/^(?=-|$)/u, './'));
  const out = text(given, 'out') ?? (config.out === undefined ? OUT : at(config.out));
  const seed = text(given, 'seed') ?? String(config.seed ?? drawn);
  const subjects = config.subjects.flatMap((subject): readonly (Subject & { readonly like?: string })[] => {
    const { like, ...rest } = subject;
    return typeof like === 'object' ? like.map((method) => ({ ...rest, like: method, name: `${rest.name}-${method}` })) : [{ ...rest, ...(like === undefined ? {} : { like }) }];
  });
  subjects.forEach(({ name }, i) => {
    // Some file systems take no notice of capitals.
    const first = subjects.findIndex((one) => one.name.toLowerCase() === name.toLowerCase());
    if (first === i) return;
    const remedy = 'Give each a name of its own: its reports go to the folder of that name.';
    throw new InputError({
      expected: `the optimizers to be judged in ${path}`,
      received: `two are called "${name}"${subjects[first]!.name === name ? '' : ', but for capitals'}`,
      remedy,
    });
  });
  const optionsOf = ({ name, module, command, like, claims, cases = config.cases, expected, counterexamples, ...rest }: Subject & { readonly like?: string }): GateOptions => {
    const values: Values = {
      // What a shell would be told to do the same.
      command: command && `${home === '.' ? '' : IN_FOLDER(shellWord(home))}${command.map(shellWord).join(' ')}`,
      like,
      claims: claims?.join(','),
      cases: text(given, 'cases') ?? (cases === undefined ? undefined : String(cases)),
      expected: expected === undefined ? undefined : at(expected),
      'require-worst-case': rest['require-worst-case']?.join(';'),
      counterexamples: counterexamples === undefined ? undefined : at(counterexamples),
      'start-timeout': rest['start-timeout'],
      'request-timeout': rest['request-timeout'],
      out: slashed(join(out, name)),
      seed,
    };
    return gateOptions(
      Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)),
      module === undefined ? [] : [at(module)],
      command && { command, cwd: home },
    );
  };
  return { out, seed, subjects: subjects.map((subject) => ({ name: subject.name, options: told(path, subject.name, () => optionsOf(subject)) })) };
}

/** What is wrong with one of several, with its name. @throws {UsageError} */
export function told<T>(path: string, name: string, task: () => T): T {
  try {
    return task();
  } catch (error) {
    if (error instanceof UsageError || error instanceof InputError) throw new UsageError(`${path}, "${name}": ${error.message}`, { cause: error });
    throw error;
  }
}
