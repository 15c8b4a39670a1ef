import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { InputError } from '../base/errors.js';
import { writeWhole } from '../base/files.js';

export const STARTER_LANGUAGES = ['javascript', 'python', 'rust'] as const;
export type StarterLanguage = (typeof STARTER_LANGUAGES)[number];

/** A file of a starter: where it goes, relative to the starter's folder, and what is in it. */
export interface StarterFile {
  readonly path: string;
  readonly text: string;
}

/** What was written, and what to do next. */
export interface WrittenStarter {
  /** Paths as they can be opened from the current folder. */
  readonly files: readonly string[];
  /** Shell commands, to be run in the starter's folder: what builds it where it must be built, and last the gate. */
  readonly commands: readonly string[];
}

interface Starter {
  /** Source, relative to the package, and destination. */
  readonly files: readonly (readonly [source: string, path: string])[];
  readonly commands: readonly string[];
}

/** What Python is called, and what a path is to the shell: Windows' takes "/" for the beginning of an option. */
const [PYTHON, RUST] = process.platform === 'win32' ? ['python', String.raw`target\release\optimizer`] : ['python3', 'target/release/optimizer'];

const STARTERS: { readonly [language in StarterLanguage]: Starter } = {
  javascript: {
    files: [['templates/javascript/optimizer.mjs', 'optimizer.mjs']],
    commands: ['npx omg-oracle gate optimizer.mjs --like nesterov'],
  },
  python: {
    files: [['templates/python/optimizer.py', 'optimizer.py'], ['python/omg_oracle_adapter.py', 'omg_oracle_adapter.py']],
    commands: [`npx omg-oracle gate --command "${PYTHON} optimizer.py" --like nesterov`],
  },
  rust: {
    files: ['Cargo.toml', 'src/main.rs', 'src/optimizer.rs', 'src/json.rs'].map((path) => [`templates/rust/${path}`, path] as const),
    commands: ['cargo build --release', `npx omg-oracle gate --command ${RUST} --like nesterov`],
  },
};

/** The package's folder, seen from dist/src/gate. */
const PACKAGE = fileURLToPath(new URL('../../../', import.meta.url));

/** A complete adapter that passes the gate as `nesterov` at once. */
export function starterFiles(language: StarterLanguage): StarterFile[] {
  return STARTERS[language].files.map(([source, path]) => ({ path, text: readFileSync(join(PACKAGE, source), 'utf8') }));
}

/**
 * Writes the starter into `dir`, which is made if it does not exist.
 *
 * @param force whether files that exist are replaced
 * @throws {InputError} a file exists, and `force` is false: then nothing is written. @throws {OutputError} nothing can be written there.
 */
export function writeStarter(dir: string, language: StarterLanguage, force = false): WrittenStarter {
  const files = starterFiles(language).map(({ path, text }) => ({ path: join(dir, path), text }));
  const taken = files.find(({ path }) => existsSync(path));
  if (taken !== undefined && !force) {
    throw new InputError({ expected: `no ${taken.path}`, received: 'the file exists', remedy: 'Give another folder, or --force to replace it.' });
  }
  for (const { path, text } of files) writeWhole(path, text, 'omg-oracle init DIR');
  return { files: files.map(({ path }) => relative(process.cwd(), path)), commands: STARTERS[language].commands };
}
