/**
 * A step of a ResNet (gradients, and the optimistic update of every parameter) beside PyTorch's on the same machine, by turns:
 *
 *     node dist/test/bench/resnet-step.js [--backend wasm] [--model resnet20] [--image 32] [--batch 8] [--steps 12] [--device cpu]
 *
 * The goal is a ratio of at most 6 on wasm and 1.5 on tensorflow, for ResNet-20. Medians, because other programs run too.
 */
import { spawn } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readyBackend } from '../../src/resnet/backend.js';
import { waves } from '../../src/resnet/data.js';
import { BACKENDS } from '../../src/resnet/names.js';
import { bottleneckResNet, createNetwork, smallResNet } from '../../src/resnet/network.js';
import { optimisticMetaSgd } from '../../src/resnet/optimizer.js';
import { randomOf } from '../../src/resnet/random.js';
import { train } from '../../src/resnet/train.js';
import { torchPython } from '../support/interpreters.js';

const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'wasm' }, model: { type: 'string', default: 'resnet20' }, image: { type: 'string', default: '32' }, batch: { type: 'string', default: '8' },
    steps: { type: 'string', default: '12' }, device: { type: 'string', default: 'cpu' },
  },
});
const [image, batch, steps] = [Number(values.image), Number(values.batch), Number(values.steps)];
const classes = values.model === 'resnet20' ? 10 : 1000;
const architecture = values.model === 'resnet20' ? smallResNet(classes) : bottleneckResNet(classes);
const python = torchPython();
if (python === null) throw new Error('expected a Python with torch: Debian has it as python3-torch, and OMG_ORACLE_TORCH_PYTHON names another');
const name = BACKENDS.find((one) => one === values.backend);
const ready = name === undefined ? { reason: `there is no backend "${values.backend}"` } : await readyBackend(name);
if ('reason' in ready) throw new Error(ready.reason);

const peer = spawn(python, [fileURLToPath(new URL('../../../test/fixtures/resnet_step.py', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] });
const lines = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
async function ask(line: string): Promise<string> {
  peer.stdin.write(`${line}\n`);
  const answer: IteratorResult<string, unknown> = await lines.next();
  if (answer.done === true) throw new Error('PyTorch ended');
  return answer.value;
}
const shapes = Object.fromEntries(architecture.parameters.map(({ name: parameter, shape }) => [parameter, shape.length === 4 ? [shape[3], shape[2], shape[0], shape[1]] : shape.toReversed()]));
const torch = JSON.parse(await ask(JSON.stringify({ kind: values.model === 'resnet20' ? 'small' : 'bottleneck', shapes, image, batch, classes, device: values.device }))) as { readonly version: string; readonly threads: number; readonly device: string };

const network = createNetwork(architecture, randomOf(1, 1).normal);
const [ours, theirs]: readonly [number[], number[]] = [[], []];
const { signal } = new AbortController();
const optimizer = optimisticMetaSgd(network.parameters, 1e-3, 1e-4, ready.updateOf);
const pictures = waves(1, image, classes);
for (let i = 0; i < steps; i++) {
  await train({ network, optimizer, pictures, batch, steps: 1, smoothing: 0, trace: null, recorded: null, failure: ready.failure, signal, onStep: ({ time }) => ours.push(time) });
  theirs.push(Number(await ask('')));
}
peer.stdin.end();
const median = (times: readonly number[]): number => times.slice(2).toSorted((a, b) => a - b)[(times.length - 2) >> 1]!;
process.stdout.write(`${values.model}, ${image}×${image}, ${batch} pictures a step: ${ready.device} ${median(ours).toFixed(1)} ms; PyTorch ${torch.version} on ${torch.device}, ${torch.threads} threads, ${median(theirs).toFixed(1)} ms; ratio ${(median(ours) / median(theirs)).toFixed(2)}\n`);
