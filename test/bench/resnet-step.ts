/**
 * A step of a ResNet (gradients, and the optimistic update of every parameter) beside PyTorch's on the same machine, by turns:
 *
 *     node dist/test/bench/resnet-step.js [--backend wasm] [--model resnet20] [--image 32] [--batch 8] [--steps 12] [--device cpu]
 *
 * The goal is a ratio of at most 6 on wasm and 1.5 on tensorflow, for ResNet-20. Medians, because other programs run too.
 */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readyBackend } from '../../src/resnet/backend.js';
import { waves } from '../../src/resnet/data.js';
import { BACKENDS } from '../../src/resnet/names.js';
import { architectureOf, createNetwork } from '../../src/resnet/network.js';
import { optimisticMetaSgd } from '../../src/resnet/optimizer.js';
import { randomOf } from '../../src/resnet/random.js';
import { train } from '../../src/resnet/train.js';
import { torchPython } from '../support/interpreters.js';
import { median, openTorchPeer } from '../support/torch-peer.js';

export interface StepTimes {
  /** Milliseconds of each step, ours and PyTorch's. */
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  readonly device: string;
  readonly peer: string;
}

/** @throws {Error} without PyTorch, or the backend. */
export async function resnetSteps(
  { backend, model, image, batch, steps, device }: { backend: string; model: string; image: number; batch: number; steps: number; device: 'cpu' | 'cuda' },
): Promise<StepTimes> {
  const architecture = model === 'resnet20' ? architectureOf('resnet20', 10) : architectureOf('resnet50', 1000);
  const python = torchPython();
  if (python === null) throw new Error('expected a Python with torch: Debian has it as python3-torch, and OMG_ORACLE_TORCH_PYTHON names another');
  const name = BACKENDS.find((one) => one === backend);
  const ready = name === undefined ? { reason: `there is no backend "${backend}"` } : await readyBackend(name);
  if ('reason' in ready) throw new Error(ready.reason);
  const peer = await openTorchPeer(python, { architecture, image, batch, device });
  const network = createNetwork(architecture, randomOf(1, 1).normal);
  const optimizer = optimisticMetaSgd(network.parameters, 1e-3, 1e-4, ready.updateOf);
  const pictures = waves(1, image, architecture.classes);
  const { signal } = new AbortController();
  const [ours, theirs]: readonly [number[], number[]] = [[], []];
  for (let i = 0; i < steps; i++) {
    await train({
      network,
      optimizer,
      pictures,
      batch,
      done: i,
      steps: 1,
      smoothing: 0,
      decay: 0,
      trace: null,
      recorded: null,
      failure: ready.failure,
      signal,
      onStep: ({ time }) => ours.push(time),
    });
    theirs.push(await peer.step());
  }
  peer.end();
  return { ours, theirs, device: ready.device, peer: `PyTorch ${peer.version} on ${peer.device}, ${peer.threads} threads` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: {
      backend: { type: 'string', default: 'wasm' },
      model: { type: 'string', default: 'resnet20' },
      image: { type: 'string', default: '32' },
      batch: { type: 'string', default: '8' },
      steps: { type: 'string', default: '12' },
      device: { type: 'string', default: 'cpu' },
    },
  });
  const [image, batch, steps] = [Number(values.image), Number(values.batch), Number(values.steps)];
  const { ours, theirs, device, peer } = await resnetSteps({
    backend: values.backend,
    model: values.model,
    image,
    batch,
    steps,
    device: values.device === 'cuda' ? 'cuda' : 'cpu',
  });
  process.stdout.write(
    `${values.model}, ${image}×${image}, ${batch} pictures a step: ${device} ${median(ours).toFixed(1)} ms; ${peer}, ${median(theirs).toFixed(1)} ms; ratio ${
      (median(ours) / median(theirs)).toFixed(2)
    }\n`,
  );
}
