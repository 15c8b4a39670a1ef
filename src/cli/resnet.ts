import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { prepareOutput, writeWhole } from '../../reports/files.js';
import { BACKENDS, MODELS, OPTIMIZERS, type BackendName, type ModelName, type OptimizerName } from '../resnet/names.js';
import { EXIT } from '../runner/exit-status.js';
import type { TraceHeader } from '../trace/format.js';
import { parse, repeated, text } from './arguments.js';
import { QUIET, type Command, type Terminal } from './command.js';
import { optional } from './optional.js';
import { TOOL } from './tool.js';
import { UsageError, choiceOption, integerOption, numberOption } from './usage.js';


interface ResNetOptions {
  readonly backend: 'auto' | BackendName;
  readonly model: ModelName;
  readonly optimizer: OptimizerName;
  readonly steps: number;
  /** Height and width of the pictures. */
  readonly image: number;
  readonly batch: number;
  readonly classes: number;
  /** η of sgd; w_1 of the others. */
  readonly rate: number;
  /** β */
  readonly metaRate: number;
  readonly smoothing: number;
  readonly seed: number | null;
  /** Where every step is recorded; null: nowhere. */
  readonly trace: string | null;
  /** How many elements of each tensor are recorded at most; null: all. */
  readonly sample: number | null;
  /** Where the losses go; null: nowhere. */
  readonly out: string | null;
  readonly json: boolean;
  /** The words of the command line, after `omg-oracle resnet`, without the seed. */
  readonly words: string;
}

/**
 * Trains a ResNet on made-up pictures, and records what each step did.
 * @returns the exit status: 1 where the loss is not finite or tensors are left behind, 3 where there is no such backend, 4 where it was stopped.
 * @throws {UsageError} where the packages that compute are not installed. @throws {OutputError}
 */
async function resnet(options: ResNetOptions, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { backend: wanted, model, optimizer: named, steps, image, batch, classes, rate, metaRate, smoothing, trace: path, sample, out, json } = options;
  const { readyBackend, bottleneckResNet, smallResNet, countOf, createNetwork, waves, randomOf, sgd, metaSgd, optimisticMetaSgd, sampled, train } = await optional(packages);
  const writing = path === null ? null : await optional(() => import('../trace/write.js'));
  if (out !== null) prepareOutput(out);
  const backend = await readyBackend(wanted);
  if ('reason' in backend) {
    terminal.err(`omg-oracle: expected a backend to compute with (${wanted}), but there is none: ${backend.reason}\nnpm install @tensorflow/tfjs-backend-wasm@4.22.0 brings one that needs nothing else.\n`);
    return EXIT.notRun;
  }
  const seed = options.seed ?? randomInt(2 ** 31);
  const architecture = model === 'resnet20' ? smallResNet(classes) : bottleneckResNet(classes);
  const network = createNetwork(architecture, randomOf(seed, 1).normal);
  const optimizer = { sgd: () => sgd(rate), meta: () => metaSgd(network.parameters, rate, metaRate), optimistic: () => optimisticMetaSgd(network.parameters, rate, metaRate) }[named]();
  const header: TraceHeader = {
    version: 1, method: optimizer.method, config: optimizer.config, parameters: architecture.parameters.map(({ name, shape }) => ({ name, shape })), steps,
    sample: sample === null ? null : { seed, count: sample }, producer: { ...TOOL, device: backend.device },
  };
  const trace = path === null || writing === null ? null : writing.createTrace(path, header);
  const command = `omg-oracle resnet ${options.words}${options.words === '' ? '' : ' '}--seed ${seed}`;
  if (!json) {
    for (const reason of backend.passedOver) terminal.out(`passed over: ${reason}\n`);
    const count = architecture.parameters.reduce((sum, parameter) => sum + countOf(parameter), 0);
    terminal.out(`${backend.device}: ${model}, ${count.toLocaleString('en')} parameters, ${optimizer.method}, pictures of ${image}×${image}, ${batch} a step, seed ${seed}\n`);
  }
  const started = performance.now();
  const told: { readonly t: number; readonly loss: number; readonly time: number; readonly tensors: number }[] = [];
  try {
    await train({
      network, optimizer, pictures: waves(seed, image, classes), batch, done: 0, steps, smoothing, decay: 0, trace, recorded: sample === null ? null : sampled(network, seed, sample), signal,
      onStep(step) {
        told.push(step);
        if (terminal.interactive && performance.now() - started > QUIET) terminal.err(`\r\u001b[Kstep ${step.t} of ${steps}, loss ${step.loss.toFixed(4)}, ${step.time.toFixed(0)} ms`);
      },
    });
    if (told.length === steps) trace?.finish();
  } finally {
    // Whatever stopped it: what was written can be checked, and says that it is not all.
    trace?.close();
    if (terminal.interactive) terminal.err('\r\u001b[K');
  }
  const finite = told.every(({ loss }) => Number.isFinite(loss));
  // The first step begins what is kept from then on.
  const leaked = told.length > 2 ? told.at(-1)!.tensors - told[1]!.tensors : 0;
  const status = !finite || leaked !== 0 ? EXIT.violated : told.length < steps ? EXIT.inconclusive : EXIT.ok;
  const result = { schemaVersion: 1, tool: TOOL, command, seed, backend: backend.device, model, optimizer: optimizer.method, config: optimizer.config, steps: told, leakedTensors: leaked, complete: told.length === steps, exitStatus: status };
  const file = out === null ? null : join(out, 'resnet.json');
  if (file !== null) writeWhole(file, `${JSON.stringify(result, null, 1)}\n`);
  if (json) terminal.out(`${JSON.stringify(result)}\n`);
  else terminal.out(summary(told, leaked, { steps, command, files: [path, file].flatMap((one) => one ?? []) }));
  return status;
}

function summary(told: readonly { readonly loss: number; readonly time: number }[], leaked: number, { steps, command, files }: { readonly steps: number; readonly command: string; readonly files: readonly string[] }): string {
  const tenth = Math.max(1, Math.floor(told.length / 10));
  const mean = (part: typeof told): string => (part.reduce((sum, { loss }) => sum + loss, 0) / part.length).toFixed(4);
  const times = told.map(({ time }) => time).toSorted((a, b) => a - b);
  return [
    told.length === 0 ? 'No step was taken.' : `loss ${mean(told.slice(0, tenth))} in the first ${tenth === 1 ? 'step' : `${tenth} steps`}, ${mean(told.slice(-tenth))} in the last; ${times[times.length >> 1]!.toFixed(0)} ms a step (median)`,
    ...(told.length < steps ? [`NOT COMPLETE: stopped after ${told.length} of ${steps} steps.`] : []),
    ...(told.every(({ loss }) => Number.isFinite(loss)) ? [] : ['✗ the loss is not finite']),
    ...(leaked === 0 ? [] : [`✗ ${leaked} tensors were left behind`]),
    `Again: ${command}`,
    ...files.map((file) => `Written: ${file}`),
    '',
  ].join('\n');
}

async function packages() {
  const [backend, network, data, random, optimizer, training] = await Promise.all([
    import('../resnet/backend.js'), import('../resnet/network.js'), import('../resnet/data.js'), import('../resnet/random.js'), import('../resnet/optimizer.js'), import('../resnet/train.js'),
  ]);
  return { ...backend, ...network, ...data, ...random, ...optimizer, ...training };
}

/** Rates with which the made-up pictures are learnt. */
const RATES: { readonly [name in OptimizerName]: { readonly rate: number; readonly metaRate: number } } = { sgd: { rate: 0.1, metaRate: 0 }, meta: { rate: 0.1, metaRate: 0.01 }, optimistic: { rate: 0.1, metaRate: 0.01 } };

export const command: Command = (args, terminal, signal) => {
  const { values } = parse(args, ['backend', 'model', 'optimizer', 'steps', 'image', 'batch', 'classes', 'rate', 'meta-rate', 'label-smoothing', 'seed', 'trace', 'sample', 'out'], 0);
  const model = choiceOption('model', text(values, 'model') ?? 'resnet20', MODELS);
  const optimizer = choiceOption('optimizer', text(values, 'optimizer') ?? 'optimistic', OPTIMIZERS);
  if (optimizer === 'sgd' && text(values, 'meta-rate') !== undefined) throw new UsageError('expected --meta-rate with --optimizer meta or optimistic: sgd learns no rates');
  const notNegative = (name: string): number | undefined => numberOption(name, text(values, name), (x) => x >= 0, 'a number that is not negative');
  return resnet({
    backend: choiceOption('backend', text(values, 'backend') ?? 'auto', ['auto', ...BACKENDS]), model, optimizer,
    steps: integerOption('steps', text(values, 'steps'), 1, 1_000_000) ?? 50, image: integerOption('image', text(values, 'image'), 8, 512) ?? (model === 'resnet20' ? 32 : 64),
    batch: integerOption('batch', text(values, 'batch'), 2, 4096) ?? 8, classes: integerOption('classes', text(values, 'classes'), 2, 1000) ?? 10,
    rate: notNegative('rate') ?? RATES[optimizer].rate, metaRate: notNegative('meta-rate') ?? RATES[optimizer].metaRate,
    smoothing: numberOption('label-smoothing', text(values, 'label-smoothing'), (x) => x >= 0 && x < 1, 'a number from 0 to below 1') ?? 0, seed: integerOption('seed', text(values, 'seed'), 0, 2 ** 31 - 1) ?? null,
    trace: text(values, 'trace') ?? null, sample: integerOption('sample', text(values, 'sample'), 1, 2 ** 31 - 1) ?? null, out: text(values, 'out') ?? null, json: values['json'] === true, words: repeated(values),
  }, terminal, signal);
};
