import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { POSIX } from './posix.js';

const venv = (name: string): string => fileURLToPath(new URL(`../../../.venv-${name}/bin/python`, import.meta.url));
const [VENV, PEPIT_VENV] = [venv('optax'), venv('pepit')];

/** Whether a Python imports all of the modules; it is not asked to run them, which takes seconds. */
function has(python: string, modules: readonly string[], env = process.env): boolean {
  const probe = 'import importlib.util as u, sys; sys.exit(any(u.find_spec(name) is None for name in sys.argv[1:]))';
  return spawnSync(python, ['-c', probe, ...modules], { stdio: 'ignore', env }).status === 0;
}

/** The first of the candidates that has the modules, and a line on standard output where there is none, so that a skip is seen. */
function find(what: string, candidates: readonly (string | undefined)[], modules: readonly string[], env = process.env): string | null {
  for (const python of candidates) if (python !== undefined && python !== '' && has(python, modules, env)) return python;
  process.stdout.write(`skipped: no ${what}\n`);
  return null;
}

/** Any Python from 3.8 on. Elsewhere than on Windows `python` may be one before 3. */
export const python = (): string | null => find('python3', ['python3', ...(POSIX ? [] : ['python'])], []);

/** A Python with PyTorch: OMG_ORACLE_TORCH_PYTHON, or else the one on the PATH, or Debian's. */
export const torchPython = (): string | null => find('Python with torch', [process.env['OMG_ORACLE_TORCH_PYTHON'], 'python3', '/usr/bin/python3'], ['torch']);

/** A Python with NumPy and Hypothesis: OMG_ORACLE_HYPOTHESIS_PYTHON, or else the one on the PATH, or Debian's. */
export const hypothesisPython = (): string | null =>
  find('Python with numpy and hypothesis', [process.env['OMG_ORACLE_HYPOTHESIS_PYTHON'], 'python3', '/usr/bin/python3'], ['numpy', 'hypothesis']);

/** The environment in which a Python finds pyarrow, where .ci/run has put it. */
export const withArrow = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PYTHONPATH: [fileURLToPath(new URL('../../../.venv-pyarrow', import.meta.url)), process.env['PYTHONPATH']].filter((path) => path !== undefined && path !== '').join(delimiter),
});

/** A Python with NumPy and pyarrow: the one on the PATH, or Debian's. */
export const arrowPython = (): string | null => find('Python with numpy and pyarrow', ['python3', '/usr/bin/python3'], ['numpy', 'pyarrow'], withArrow());

/** A Python with the package of the safetensors format: OMG_ORACLE_SAFETENSORS_PYTHON, or else the one on the PATH. */
export const safetensorsPython = (): string | null =>
  find('Python with safetensors and numpy', [process.env['OMG_ORACLE_SAFETENSORS_PYTHON'], 'python3'], ['safetensors', 'numpy']);

/** A Python with Optax and JAX: OMG_ORACLE_OPTAX_PYTHON, or else that of the virtual environment that .ci/run makes, or the one on the PATH. */
export const optaxPython = (): string | null =>
  find('Python with optax and jax', [process.env['OMG_ORACLE_OPTAX_PYTHON'], existsSync(VENV) ? VENV : undefined, 'python3'], ['optax', 'jax']);

/** Rust's package manager. */
export function cargo(): string | null {
  if (spawnSync('cargo', ['--version'], { stdio: 'ignore' }).status === 0) return 'cargo';
  process.stdout.write('skipped: no cargo\n');
  return null;
}

/** A Python with PEPit: OMG_ORACLE_PEPIT_PYTHON, or else that of the virtual environment that .ci/run makes, or the one on the PATH. */
export function pepitPython(): string | null {
  return find('Python with PEPit and Clarabel', [process.env['OMG_ORACLE_PEPIT_PYTHON'], existsSync(PEPIT_VENV) ? PEPIT_VENV : undefined, 'python3'], [
    'PEPit',
    'cvxpy',
    'clarabel',
  ]);
}

/** A solver of semidefinite programs that others wrote. Asked for no problem, it prints how it is used, whatever it then returns. */
export function csdp(): string | null {
  if (spawnSync('csdp', [], { encoding: 'utf8' }).stdout?.includes('CSDP') ?? false) return 'csdp';
  process.stdout.write('skipped: no csdp\n');
  return null;
}
