import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { prepareOutput } from '../base/files.js';
import { writeOutputs } from '../../reports/outputs.js';
import type { Claim } from '../claim.js';
import type { Catch } from '../runner/hunt.js';
import type { HuntJob } from '../runner/hunter.js';
import { loadClaims } from '../runner/load-claims.js';
import { saboteurs } from '../saboteur/index.js';
import { parse, text } from './arguments.js';
import { checksReport, type Check } from './checks.js';
import type { Command, Terminal } from './command.js';
import { integerOption } from './usage.js';

interface SelfTestOptions {
  readonly claims: readonly Claim[];
  readonly cases: number;
  readonly seed: number;
  /** Where the report goes; null: nowhere. */
  readonly out: string | null;
  readonly json: boolean;
}

const caughtBy = (catches: readonly Catch[]): readonly Catch[] => catches.filter(({ verdict }) => verdict === 'caught' || verdict === 'threw');

/** Every saboteur against every claim. @returns 0 if each saboteur is caught and each claim catches one, else 1; 4 if it was interrupted. */
async function selfTest(options: SelfTestOptions, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const startedAt = new Date();
  if (options.out !== null) prepareOutput(options.out);
  const queue = saboteurs.map(({ name }): HuntJob => ({ saboteur: name, cases: options.cases, seed: options.seed }));
  const catches: Catch[] = [];
  const workers = Array.from({ length: Math.min(availableParallelism(), queue.length) }, () => new Worker(new URL('../runner/hunter.js', import.meta.url)));
  const stop = (): void => {
    for (const worker of workers) void worker.terminate();
  };
  signal.addEventListener('abort', stop);
  try {
    await Promise.all(workers.map(async (worker) => {
      for (let job = queue.shift(); job !== undefined && !signal.aborted; job = queue.shift()) {
        catches.push(...(await ask(worker, job)));
        if (terminal.interactive) terminal.err(`\r\u001b[K${saboteurs.length - queue.length}/${saboteurs.length} ${job.saboteur}`);
      }
    }));
  } finally {
    signal.removeEventListener('abort', stop);
    await Promise.all(workers.map((worker) => worker.terminate()));
    if (terminal.interactive) terminal.err('\r\u001b[K');
  }
  return tell(options, catches, terminal, startedAt, signal.aborted);
}

/** @returns nothing caught where the worker is ended meanwhile. */
function ask(worker: Worker, job: HuntJob): Promise<readonly Catch[]> {
  return new Promise((resolve, reject) => {
    const done = (catches: readonly Catch[]): void => {
      worker.off('message', done).off('error', reject).off('exit', onExit);
      resolve(catches);
    };
    const onExit = (): void => done([]);
    worker.on('message', done).on('error', reject).on('exit', onExit);
    worker.postMessage(job);
  });
}

async function tell({ claims, cases, seed, out, json }: SelfTestOptions, catches: readonly Catch[], terminal: Terminal, startedAt: Date, interrupted: boolean): Promise<number> {
  const rows = saboteurs.map(({ name, part, slip }) => ({ name, part, slip, caughtBy: caughtBy(catches.filter((one) => one.saboteur === name)) }));
  const free = rows.filter((row) => row.caughtBy.length === 0).map((row) => row.name);
  const idle = claims.filter(({ id }) => caughtBy(catches.filter(({ claim }) => claim === id)).length === 0).map(({ id }) => id);
  const unkept = claims.flatMap(({ id, saboteurs: promised }) =>
    promised.filter((name) => caughtBy(catches.filter((one) => one.claim === id && one.saboteur === name)).length === 0).map((name) => `${id} does not catch ${name}`)
  );
  const statements = interrupted
    ? []
    : claims.flatMap(({ id, corrected: { mutants, survivors } }) => (mutants === undefined ? [] : [{ id, fates: mutants(seed), survivors: survivors! }]));
  const silent = statements.flatMap(({ id, fates, survivors }) =>
    fates.filter(({ fate, mutant }) => fate === 'survives' && survivors[mutant] === undefined).map(({ mutant }) => `${id}: ${mutant}`)
  );
  const run = {
    title: 'Self-test: every saboteur is caught, and every claim catches one',
    command: `omg-oracle self-test --cases ${cases} --seed ${seed}`,
    seed,
    startedAt,
    complete: !interrupted,
  };
  const report = checksReport(run, [
    ...rows.map(({ name, part, slip, caughtBy: caught }): Check => ({
      // What was not run is not free.
      id: name,
      statement: `${slip} (${part})`,
      verdict: caught.length > 0 ? 'holds' : interrupted ? 'skipped' : 'violated',
      reason: caught.length === 0 ? 'caught by no claim' : `caught by ${caught.map(({ claim }) => claim).join(', ')}`,
      cases,
    })),
    ...claims.map(({ id, saboteurs: promised }): Check => {
      const missing = unkept.filter((line) => line.startsWith(`${id} does not catch `));
      const failed = missing.length > 0 || idle.includes(id);
      return {
        id,
        statement: promised.length === 0 ? 'It catches a saboteur.' : `It catches ${promised.join(', ')}.`,
        verdict: !failed ? 'holds' : interrupted ? 'skipped' : 'violated',
        reason: !failed ? null : missing[0] ?? 'it catches none',
        cases,
      };
    }),
    ...statements.map(({ id, fates }): Check => {
      const missed = silent.filter((line) => line.startsWith(`${id}: `));
      return {
        id: `${id}-statement`,
        statement: `No statement passes in place of that of ${id}: each coefficient, power, sign, summand, index and relation, changed one at a time.`,
        verdict: missed.length === 0 ? 'holds' : 'violated',
        reason: missed[0] === undefined ? `${fates.length} changed statements` : `nobody notices ${missed[0].slice(id.length + 2)}`,
        cases,
      };
    }),
  ], { section: 'self-test', label: 'src/saboteur' });
  const [page] = out === null ? [] : await writeOutputs(out, report);
  const { exitStatus } = report;
  if (json) {
    terminal.out(
      `${
        JSON.stringify({
          seed,
          cases,
          saboteurs: rows.map((row) => ({ ...row, caughtBy: row.caughtBy.map(({ claim, expected }) => ({ claim, expected })) })),
          free,
          idle,
          unkept,
          statements,
          complete: !interrupted,
          exitStatus,
        })
      }\n`,
    );
    return exitStatus;
  }
  for (const { name, part, slip, caughtBy: caught } of rows) {
    terminal.out(
      `${caught.length === 0 ? '✗' : '✓'} ${name} (${part}): ${slip}\n    ${
        caught.length === 0 ? 'caught by no claim' : `caught by ${caught.length}: ${caught.map(({ claim }) => claim).join(', ')}`
      }\n`,
    );
  }
  terminal.out(`\n${rows.length - free.length} of ${rows.length} saboteurs caught, seed ${seed}; ${claims.length - idle.length} of ${claims.length} claims catch at least one\n`);
  if (idle.length > 0) terminal.out(`claims that catch none: ${idle.join(', ')}\n`);
  const fates = statements.flatMap((one) => one.fates);
  const many = (fate: string): number => fates.filter((one) => one.fate === fate).length;
  terminal.out(
    `${fates.length} changed statements of ${statements.length} claims: ${many('refused')} mean nothing, ${many('refuted')} are refuted, ${
      many('told apart')
    } do not fit the proof, ${many('survives')} pass\n`,
  );
  for (const line of silent) terminal.out(`passes, and nobody says why: ${line}\n`);
  for (const line of unkept) terminal.out(`${line}, as it says that it does\n`);
  if (interrupted) terminal.out('interrupted: what is missing above was not run\n');
  if (page !== undefined) terminal.out(`Written: ${page}\n`);
  return exitStatus;
}

export const command: Command = async (args, terminal, signal) => {
  const { values } = parse('self-test', args);
  const cases = integerOption('cases', text(values, 'cases'), 1, 1_000_000) ?? 40;
  const seed = integerOption('seed', text(values, 'seed'), 0, 2 ** 31 - 1) ?? 1;
  return selfTest({ claims: await loadClaims(), cases, seed, out: text(values, 'out') ?? null, json: values['json'] === true }, terminal, signal);
};
