import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { InputError } from '../base/errors.js';
import { isFolder, prepareFile, prepareOutput, writeWhole } from '../base/files.js';
import { writeOutputs } from '../../reports/outputs.js';
import { runnable } from '../../reports/wording.js';
import type { Checkpoint } from '../resnet/checkpoint.js';
import type { FolderPictures, Listing } from '../resnet/folder.js';
import { BACKENDS, LIMITS, MODELS, OPTIMIZERS, SAVE, type BackendName, type OptimizerName, type RunSettings } from '../resnet/names.js';
import type { Network } from '../resnet/network.js';
import type { StepTold } from '../resnet/train.js';
import { EXIT } from '../runner/exit-status.js';
import type { TraceHeader } from '../trace/format.js';
import { parse, repeated, text, type Values } from './arguments.js';
import { checksReport, type Check } from './checks.js';
import { QUIET, type Command, type Terminal } from './command.js';
import { noBackend, optional } from './optional.js';
import { TOOL } from './tool.js';
import { UsageError, choiceOption, integerOption, numberOption } from './usage.js';

interface ResNetOptions {
  readonly backend: 'auto' | BackendName;
  /** What is trained, and how; or the checkpoint that says so. */
  readonly run: RunOptions | { readonly resume: string };
  readonly steps: number;
  /** Where the pictures lie; null: they are made up. */
  readonly data: string | null;
  /** How many of the pictures that were held out the network is judged by at the end; null: none. */
  readonly evaluate: number | null;
  /** Where every step is recorded; null: nowhere. */
  readonly trace: string | null;
  /** How many elements of each tensor are recorded at most; null: all. */
  readonly sample: number | null;
  /** Where the checkpoint goes; null: nowhere. */
  readonly save: string | null;
  /** Where the losses go; null: nowhere. */
  readonly out: string | null;
  readonly json: boolean;
  /** The words of the command line, after `omg-oracle resnet`, without the seed. */
  readonly words: string;
}

/** Settings as they are asked for: the seed may be drawn, and pictures from disk bring their classes. */
type RunOptions = Omit<RunSettings, 'seed' | 'classes'> & { readonly seed: number | null; readonly classes: number | null };

/** Classes of the pictures that are made up. */
const CLASSES = 10;

/**
 * Trains a ResNet, and records what each step did.
 * @returns the exit status: 1 where the loss is not finite, did not rise by the printed updates, or tensors are left behind, 3 where there is no such backend, 4 where it was stopped.
 * @throws {UsageError} where packages are not installed, or the checkpoint is of other pictures. @throws {InputError} pictures or a checkpoint that cannot be used. @throws {OutputError}
 */
async function resnet(options: ResNetOptions, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { backend: wanted, run, steps, trace: path, sample, save, out, json } = options;
  const packaged = await optional(packages);
  const { countOf, sampled } = packaged;
  const writing = path === null ? null : await optional(() => import('../trace/write.js'));
  const disk = await fromDisk(options);
  const from = 'resume' in run ? packaged.readCheckpoint(run.resume) : null;
  if (from !== null) checkPictures(from, disk?.training.digest ?? null);
  if (out !== null) prepareOutput(out);
  if (save !== null) prepareFile(save, SAVE);
  const backend = await packaged.readyBackend(wanted);
  if ('reason' in backend) {
    terminal.err(noBackend(wanted, backend.reason));
    return EXIT.notRun;
  }
  const settings = from === null ? drawn(run as RunOptions, disk?.training.classes.length ?? CLASSES) : from.settings;
  const { model, image, batch, classes, smoothing, weightDecay: decay, asPrinted, seed } = settings;
  const done = from?.step ?? 0;
  const architecture = packaged.architectureOf(model, classes);
  const network = packaged.createNetwork(architecture, packaged.randomOf(seed, 1).normal);
  const { optimizer: named, rate, metaRate } = settings;
  const optimizer = asPrinted && named !== 'sgd'
    ? packaged.asPrinted(named === 'meta' ? 'meta-sgd' : 'optimistic-meta-sgd', network.parameters, rate, metaRate) :
    packaged.optimizerOf(named, network.parameters, settings, backend.updateOf);
  if (from !== null) packaged.restore(from, network, optimizer);
  const header: TraceHeader = {
    version: 1,
    method: optimizer.method,
    config: optimizer.config,
    parameters: architecture.parameters.map(({ name, shape }) => ({ name, shape })),
    steps: done + steps,
    sample: sample === null ? null : { seed, count: sample },
    producer: { ...TOOL, device: backend.device },
  };
  const trace = path === null || writing === null ? null : writing.createTrace(path, header);
  const command = ['omg-oracle resnet', options.words, from === null ? `--seed ${seed}` : ''].filter((part) => part !== '').join(' ');
  if (!json) {
    for (const reason of backend.passedOver) terminal.out(`passed over: ${reason}\n`);
    const count = architecture.parameters.reduce((sum, parameter) => sum + countOf(parameter), 0);
    const pictures = disk === null ? 'pictures' : `${disk.training.files.length.toLocaleString('en')} pictures in ${classes} classes, each`;
    terminal.out(
      `${backend.device}: ${model}, ${count.toLocaleString('en')} parameters, ${optimizer.method}${
        asPrinted ? ' as printed' : ''
      }, ${pictures} of ${image}×${image}, ${batch} a step, seed ${seed}${done === 0 ? '' : `, after ${done} steps`}\n`,
    );
  }
  const [started, startedAt] = [performance.now(), new Date()];
  const told: StepTold[] = [];
  const pictures = disk?.open(disk.training, seed, image) ?? null;
  let accuracy: Accuracy | null = null;
  let saved = false;
  try {
    await packaged.train({
      network,
      optimizer,
      pictures: pictures ?? packaged.waves(seed, image, classes),
      batch,
      done,
      steps,
      smoothing,
      decay,
      trace,
      recorded: sample === null ? null : sampled(network, seed, sample),
      failure: backend.failure,
      signal,
      onStep(step) {
        told.push(step);
        if (terminal.interactive && performance.now() - started > QUIET)
          terminal.err(`\r\u001b[Kstep ${step.t} of ${done + steps}, loss ${step.loss.toFixed(4)}, ${step.time.toFixed(0)} ms`);
      },
    });
    if (told.length === steps) trace?.finish();
    // A run that was stopped can go on. One that is lost does not take the place of what was saved before.
    saved = save !== null && told.length > 0 && allFinite(told);
    if (save !== null && saved) await packaged.saveCheckpoint({ path: save, settings, step: done + told.length, data: disk?.training.digest ?? null }, network, optimizer);
    if (disk?.heldOut !== undefined && told.length === steps) accuracy = await judge(disk, network, settings, packaged, signal);
  } catch (error) {
    if (!(error instanceof packaged.DeviceFailure)) throw error;
    terminal.err(`omg-oracle: ${backend.device} failed in step ${told.length + 1}: ${error.message}\n`);
    return EXIT.notRun;
  } finally {
    // Whatever stopped it: what was written can be checked, and says that it is not all.
    trace?.close();
    await pictures?.close();
    if (terminal.interactive) terminal.err('\r\u001b[K');
  }
  // The first step begins what is kept from then on.
  const leaked = told.length > 2 ? told.at(-1)!.tensors - told[1]!.tensors : null;
  const complete = told.length === steps && !signal.aborted;
  const about = { title: `${model} with ${optimizer.method}${asPrinted ? ' as printed' : ''} on ${backend.device}`, command, seed, complete, startedAt };
  const report = checksReport(about, checksOf(told, leaked, asPrinted && complete && told.length > 1), { section: 'docs/RESNET.md', label: '' });
  const { exitStatus } = report;
  const result = {
    schemaVersion: 1,
    tool: TOOL,
    command,
    ...settings,
    data: options.data,
    backend: backend.device,
    optimizer: optimizer.method,
    config: optimizer.config,
    steps: told,
    accuracy,
    leakedTensors: leaked,
    complete,
    exitStatus,
  };
  const file = out === null ? null : join(out, 'resnet.json');
  if (file !== null) writeWhole(file, `${JSON.stringify(result, null, 1)}\n`);
  const page = out === null ? null : (await writeOutputs(out, report))[0]!;
  if (json) terminal.out(`${JSON.stringify(result)}\n`);
  else {
    const more = [...(asPrinted && told.length > 1 ? printedSummary(told, from === null ? command : null) : []), ...(accuracy === null ? [] : [accuracySummary(accuracy)])];
    terminal.out(summary(told, leaked, { steps, command, more, files: [path, saved ? save : null, file, page].flatMap((one) => one ?? []) }));
  }
  return exitStatus;
}

const TENSORS = 'No step leaves tensors behind.';

/** What decides over the exit status, one by one. */
function checksOf(told: readonly StepTold[], leaked: number | null, climbs: boolean): readonly Check[] {
  const check = (id: string, statement: string, holds: boolean, reason: string): Check => ({
    id,
    statement,
    verdict: told.length === 0 ? 'skipped' : holds ? 'holds' : 'violated',
    reason: told.length === 0 ? 'no step was taken' : holds ? null : reason,
    cases: told.length,
  });
  const lost = told.find(({ loss }) => !Number.isFinite(loss));
  return [
    check('finite', 'The loss of every step is finite.', allFinite(told), `it is ${lost?.loss} in step ${lost?.t}`),
    leaked === null && told.length > 0
      ? { id: 'tensors', statement: TENSORS, verdict: 'inapplicable', reason: 'it shows from the third step on', cases: 0 } :
      check('tensors', TENSORS, leaked === 0, `${leaked} from the second step on`),
    ...(climbs ? [check('climbs', 'By the updates as printed the loss rises.', rose(told), 'it fell')] : []),
  ];
}

interface Disk {
  readonly training: Listing;
  /** Those that the network is judged by at the end, and how many of them. */
  readonly heldOut?: { readonly listing: Listing; readonly count: number };
  readonly open: (listing: Listing, seed: number, size: number) => FolderPictures;
}

/** @throws {UsageError} where the packages that read pictures are not installed. @throws {InputError} */
async function fromDisk({ data, evaluate }: ResNetOptions): Promise<Disk | null> {
  if (data === null) return null;
  const { listPictures, folderPictures: open } = await optional(() => import('../resnet/folder.js'));
  const training = listPictures(data, 'train');
  if (evaluate === null) return { training, open };
  const listing = listPictures(data, 'val');
  const strange = training.classes.findIndex((name, label) => name !== listing.classes[label]);
  if (strange >= 0 || listing.classes.length > training.classes.length) {
    throw new InputError({
      expected: `the same classes in ${join(data, 'val')} as in its "train"`,
      received: `one has "${training.classes[strange] ?? 'no more'}" where the other has "${listing.classes.at(strange) ?? 'no more'}"`,
      remedy: 'Give both a folder of the same name for each class.',
    });
  }
  return { training, open, heldOut: { listing, count: Math.min(evaluate, listing.files.length) } };
}

/** @throws {UsageError} */
function checkPictures({ path, data }: Checkpoint, digest: string | null): void {
  if (data === digest) return;
  const those = data === null ? 'which were made up: without --data' : digest === null ? 'with --data DIR' : 'by their names, and those of --data are others';
  throw new UsageError(`expected the pictures that the run in ${path} was trained with, ${those}`);
}

function drawn(options: RunOptions, classes: number): RunSettings {
  return { ...options, classes: options.classes ?? classes, seed: options.seed ?? randomInt(2 ** 31) };
}

type Packages = Awaited<ReturnType<typeof packages>>;

interface Accuracy {
  readonly right: number;
  readonly of: number;
}

async function judge({ heldOut, open }: Disk, network: Network, { seed, image, batch }: RunSettings, { countRight }: Packages, signal: AbortSignal): Promise<Accuracy> {
  const { listing, count } = heldOut!;
  const pictures = open(listing, seed, image);
  try {
    return await countRight(network, pictures, count, batch, signal);
  } finally {
    await pictures.close();
  }
}

const accuracySummary = (
  { right, of }: Accuracy,
): string => (of === 0
  ? 'No picture that was held out was looked at.'
  : `${right} of ${of} pictures that were held out are put into their class: top-1 accuracy ${((100 * right) / of).toFixed(1)} %`);

const allFinite = (told: readonly StepTold[]): boolean => told.every(({ loss }) => Number.isFinite(loss));

interface Change {
  readonly first: number;
  readonly last: number;
  /** Over how many steps each is the mean. */
  readonly over: number;
}

/** The loss in the first tenth of the steps, and in the last. */
function changeOf(told: readonly StepTold[]): Change {
  const over = Math.max(1, Math.floor(told.length / 10));
  const mean = (part: readonly StepTold[]): number => part.reduce((sum, { loss }) => sum + loss, 0) / part.length;
  return { first: mean(told.slice(0, over)), last: mean(told.slice(-over)), over };
}

function rose(told: readonly StepTold[]): boolean {
  const { first, last } = changeOf(told);
  return last > first;
}

/** @param command the run's own; null where it went on from another. */
function printedSummary(told: readonly StepTold[], command: string | null): string[] {
  const { first, last } = changeOf(told);
  const happened = rose(told) ? 'As printed, x climbs: the loss rises' : allFinite(told) ? '✗ as printed, the loss was to rise; it went' : 'As printed, the loss was lost: it went';
  return [
    `${happened} from ${first.toFixed(4)} to ${last.toFixed(4)} in ${told.length} steps.`,
    ...(command === null ? [] : [`With signs and brackets put right: ${runnable(command.replace(' --as-printed', ''))}`]),
  ];
}

function summary(
  told: readonly StepTold[],
  leaked: number | null,
  { steps, command, more, files }: { readonly steps: number; readonly command: string; readonly more: readonly string[]; readonly files: readonly string[] },
): string {
  const { first, last, over } = changeOf(told);
  const times = told.map(({ time }) => time).toSorted((a, b) => a - b);
  return [
    told.length === 0
      ? 'No step was taken.'
      : `loss ${first.toFixed(4)} in the first ${over === 1 ? 'step' : `${over} steps`}, ${last.toFixed(4)} in the last; ${
        times[times.length >> 1]!.toFixed(0)
      } ms a step (median)`,
    ...(told.length < steps ? [`NOT COMPLETE: stopped after ${told.length} of ${steps} steps.`] : []),
    ...(allFinite(told) ? [] : ['✗ the loss is not finite']),
    ...(leaked === null || leaked === 0 ? [] : [`✗ ${leaked} tensors were left behind`]),
    ...more,
    `Again: ${runnable(command)}`,
    ...files.map((file) => `Written: ${file}`),
    '',
  ].join('\n');
}

async function packages() {
  const [backend, network, data, random, optimizer, printed, training, checkpoint, evaluation] = await Promise.all([
    import('../resnet/backend.js'),
    import('../resnet/network.js'),
    import('../resnet/data.js'),
    import('../resnet/random.js'),
    import('../resnet/optimizer.js'),
    import('../resnet/as-printed.js'),
    import('../resnet/train.js'),
    import('../resnet/checkpoint.js'),
    import('../resnet/evaluate.js'),
  ]);
  return { ...backend, ...network, ...data, ...random, ...optimizer, ...printed, ...training, ...checkpoint, ...evaluation };
}

/** Rates with which the made-up pictures are learnt. */
const RATES: { readonly [name in OptimizerName]: { readonly rate: number; readonly metaRate: number } } = {
  sgd: { rate: 0.1, metaRate: 0 },
  meta: { rate: 0.1, metaRate: 0.01 },
  optimistic: { rate: 0.1, metaRate: 0.01 },
};

/** Options that a checkpoint answers. */
const SETTLED = ['model', 'optimizer', 'image', 'batch', 'classes', 'rate', 'meta-rate', 'weight-decay', 'label-smoothing', 'seed', 'as-printed'] as const;

/** @throws {UsageError} */
function runOptions(values: Values): RunOptions {
  const model = choiceOption('model', text(values, 'model') ?? 'resnet20', MODELS);
  const optimizer = choiceOption('optimizer', text(values, 'optimizer') ?? 'optimistic', OPTIMIZERS);
  const asPrinted = values['as-printed'] === true;
  if (optimizer === 'sgd' && text(values, 'meta-rate') !== undefined) throw new UsageError('expected --meta-rate with --optimizer meta or optimistic: sgd learns no rates');
  if (optimizer === 'sgd' && asPrinted) throw new UsageError('expected --as-printed with --optimizer meta or optimistic: sgd is printed as it is');
  if (text(values, 'data') !== undefined && text(values, 'classes') !== undefined) throw new UsageError('expected no --classes with --data: each folder is a class');
  const notNegative = (name: string): number | undefined => numberOption(name, text(values, name), (x) => x >= 0, 'a number that is not negative');
  const integer = (name: keyof typeof LIMITS): number | undefined => integerOption(name, text(values, name), LIMITS[name][0], LIMITS[name][1]);
  return {
    model,
    optimizer,
    asPrinted,
    image: integer('image') ?? (model === 'resnet20' ? 32 : 64),
    batch: integer('batch') ?? 8,
    classes: integer('classes') ?? null,
    rate: notNegative('rate') ?? RATES[optimizer].rate,
    metaRate: notNegative('meta-rate') ?? RATES[optimizer].metaRate,
    weightDecay: notNegative('weight-decay') ?? 0,
    smoothing: numberOption('label-smoothing', text(values, 'label-smoothing'), (x) => x >= 0 && x < 1, 'a number from 0 to below 1') ?? 0,
    seed: integerOption('seed', text(values, 'seed'), 0, 2 ** 31 - 1) ?? null,
  };
}

export const command: Command = (args, terminal, signal) => {
  const { values } = parse('resnet', args);
  const resume = text(values, 'resume');
  const settled = resume === undefined ? undefined : SETTLED.find((name) => values[name] !== undefined);
  if (settled !== undefined) throw new UsageError(`expected no --${settled} with --resume: the run goes on as it began`);
  const [data, save] = [text(values, 'data') ?? null, text(values, 'save') ?? null];
  const evaluate = integerOption('evaluate', text(values, 'evaluate'), 1, 2 ** 31 - 1) ?? null;
  if (evaluate !== null && data === null) throw new UsageError('expected --evaluate with --data DIR: what is judged lies in DIR/val');
  if (save !== null && isFolder(save)) throw new UsageError(`expected --save to name a file, got the folder "${save}"`);
  return resnet(
    {
      backend: choiceOption('backend', text(values, 'backend') ?? 'auto', ['auto', ...BACKENDS]),
      run: resume === undefined ? runOptions(values) : { resume },
      // One step shows no change.
      steps: integerOption('steps', text(values, 'steps'), values['as-printed'] === true ? 2 : 1, 1_000_000) ?? 50,
      data,
      evaluate,
      trace: text(values, 'trace') ?? null,
      sample: integerOption('sample', text(values, 'sample'), 1, 2 ** 31 - 1) ?? null,
      save,
      out: text(values, 'out') ?? null,
      json: values['json'] === true,
      words: repeated(values),
    },
    terminal,
    signal,
  );
};
