import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasVariants } from '../../reports/account.js';
import { chartFile } from '../../reports/line-chart.js';
import { figure1Chart } from '../../reports/figure-1.js';
import { figure2Chart } from '../../reports/figure-2.js';
import { prepareOutput, writeWhole } from '../base/files.js';
import { writeOutputs } from '../../reports/outputs.js';
import { renderFigure1, renderFigure2 } from '../../reports/text.js';
import { figure1, TRIALS } from '../figures/figure-1.js';
import { figure2 } from '../figures/figure-2.js';
import { BACKENDS, FIGURE_MODELS, type BackendName, type FigureModelName } from '../resnet/names.js';
import { EXIT } from '../runner/exit-status.js';
import { reference } from '../subject.js';
import type { Figure1Info, Figure2Info } from '../verdict.js';
import { OUT, parse, text } from './arguments.js';
import { QUIET, type Command, type Terminal } from './command.js';
import { noBackend, optional } from './optional.js';
import { readSoundReport } from './read-report.js';
import { TOOL } from './tool.js';
import { UsageError, choiceOption, integerOption } from './usage.js';

/** What Figure 1 is trained on: the size of the pictures, and how many a step. */
const SCALES: { readonly [name in FigureModelName]: { readonly image: number; readonly batch: number } } = {
  resnet8: { image: 16, batch: 16 },
  resnet20: { image: 32, batch: 32 },
  resnet50: { image: 64, batch: 32 },
};
const CLASSES = 10;
const HELD_OUT = 256;
/** Steps of Figure 1. */
const STEPS = 100;

interface FiguresOptions {
  readonly which: '1' | '2' | null;
  readonly seed: number;
  readonly model: FigureModelName;
  readonly backend: 'auto' | BackendName;
  readonly steps: number;
  readonly out: string;
  readonly json: boolean;
}

/** @returns null where it was stopped; a status where there is nothing to compute with, or nothing to compare. */
async function trained({ model, backend: wanted, steps, seed }: FiguresOptions, terminal: Terminal, signal: AbortSignal): Promise<Figure1Info | number | null> {
  const { readyBackend, DeviceFailure, runTrial, architectureOf, countOf } = await optional(packages);
  const backend = await readyBackend(wanted);
  if ('reason' in backend) {
    terminal.err(noBackend(wanted, backend.reason));
    return EXIT.notRun;
  }
  const scale = { model, classes: CLASSES, ...SCALES[model], steps, every: Math.ceil(steps / 10), heldOut: HELD_OUT };
  const parameters = architectureOf(model, CLASSES).parameters.reduce((sum, parameter) => sum + countOf(parameter), 0);
  const started = performance.now();
  let done = 0;
  try {
    const figure = await figure1({ seed, device: backend.device, parameters }, scale, (trial) => {
      done += 1;
      if (terminal.interactive && performance.now() - started > QUIET) terminal.err(`\r\u001b[KFigure 1: run ${done} of ${TRIALS}`);
      return runTrial(trial, scale, backend, signal);
    }, () => signal.aborted);
    if (figure === null || !('diverged' in figure)) return figure;
    terminal.err(
      `omg-oracle: expected a setting of ${figure.diverged} whose runs get to their end for every seed, and there is none among those of the sweep: the loss is not finite. Try another --model or fewer --steps.\n`,
    );
    return EXIT.inconclusive;
  } catch (error) {
    if (!(error instanceof DeviceFailure)) throw error;
    terminal.err(`omg-oracle: ${backend.device} failed: ${error.message}\n`);
    return EXIT.notRun;
  } finally {
    if (terminal.interactive) terminal.err('\r\u001b[K');
  }
}

async function packages() {
  const [backend, trial, network] = await Promise.all([import('../resnet/backend.js'), import('../resnet/trial.js'), import('../resnet/network.js')]);
  return { ...backend, ...trial, ...network };
}

/** Adds Figure 1 to the report of `verify` in the same folder. @returns its page; null where there is no such report. @throws {InputError} a report that is damaged. */
async function intoReport(out: string, figure1Info: Figure1Info): Promise<string | null> {
  if (!existsSync(join(out, 'report.json'))) return null;
  const report = await readSoundReport(join(out, 'report.json'));
  if (!hasVariants(report)) return null;
  const [page = null] = await writeOutputs(out, { ...report, figure1: figure1Info });
  return page;
}

/**
 * The paper's figures, computed and drawn.
 * @returns the exit status: 3 where there is nothing to train on, 4 where it was stopped, or every run of an optimizer diverges. @throws {OutputError}
 */
async function figures(options: FiguresOptions, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { which, seed, out, json } = options;
  prepareOutput(out);
  const command = `omg-oracle figures${which === null ? '' : ` ${which}`}`;
  if (!json) terminal.out(`seed ${seed}\n`);
  const write = (name: 'figure-1' | 'figure-2', data: Figure1Info | Figure2Info, chart: string, summary: string): void => {
    const files = [join(out, `${name}.svg`), join(out, `${name}.json`)];
    writeWhole(files[0]!, chart);
    writeWhole(files[1]!, `${JSON.stringify({ schemaVersion: 1, tool: TOOL, command: `${command} --seed ${seed}`, ...data })}\n`);
    if (!json) terminal.out(`\n${summary}${files.map((file) => `Written: ${file}\n`).join('')}`);
  };
  const done: { 'figure-1'?: Figure1Info; 'figure-2'?: Figure2Info } = {};
  let status: number = EXIT.ok;
  if (which !== '1') {
    const data = figure2(reference, seed);
    done['figure-2'] = data;
    write('figure-2', data, chartFile(figure2Chart(data)), renderFigure2(data));
  }
  if (which !== '2') {
    const data = await trained(options, terminal, signal);
    if (data === null) {
      status = EXIT.inconclusive;
      if (!json) terminal.out('\nFigure 1 is NOT COMPLETE: it was stopped, and nothing of it is written.\n');
    } else if (typeof data === 'number') {
      status = data;
    } else {
      done['figure-1'] = data;
      write('figure-1', data, chartFile(figure1Chart(data)), renderFigure1(data));
      const page = await intoReport(out, data);
      if (page !== null && !json) terminal.out(`Written: ${page}\n`);
    }
  }
  if (json) terminal.out(`${JSON.stringify({ schemaVersion: 1, tool: TOOL, command, seed, ...done, exitStatus: status })}\n`);
  return status;
}

export const command: Command = (args, terminal, signal) => {
  const { values, words } = parse('figures', args);
  const [which = null] = words;
  if (which !== null && which !== '1' && which !== '2') throw new UsageError(`expected 1 or 2, the figure of the paper, or nothing for both, got "${which}"`);
  const trains = ['model', 'backend', 'steps'].find((name) => text(values, name) !== undefined);
  if (which === '2' && trains !== undefined) throw new UsageError(`expected --${trains} with Figure 1 alone: Figure 2 trains nothing`);
  return figures(
    {
      which,
      seed: integerOption('seed', text(values, 'seed'), 0, 2 ** 31 - 3) ?? 1,
      model: choiceOption('model', text(values, 'model') ?? 'resnet8', FIGURE_MODELS),
      backend: choiceOption('backend', text(values, 'backend') ?? 'auto', ['auto', ...BACKENDS]),
      steps: integerOption('steps', text(values, 'steps'), 1, 1_000_000) ?? STEPS,
      out: text(values, 'out') ?? OUT,
      json: values['json'] === true,
    },
    terminal,
    signal,
  );
};
