import type { Ready } from './backend.js';
import { waves } from './data.js';
import { evaluate } from './evaluate.js';
import { architectureOf, createNetwork, disposeNetwork } from './network.js';
import type { FigureModelName, OptimizerName } from './names.js';
import { optimizerOf } from './optimizer.js';
import { randomOf } from './random.js';
import { train } from './train.js';

export interface Trial {
  readonly optimizer: OptimizerName;
  /** η of sgd; w_1 of the others. */
  readonly rate: number;
  /** β */
  readonly metaRate: number;
  /** Draws the first parameters and the pictures. */
  readonly seed: number;
}

export interface TrialScale {
  readonly model: FigureModelName;
  readonly classes: number;
  readonly image: number;
  readonly batch: number;
  readonly steps: number;
  /** After so many steps each the network is tried on pictures that it does not train on, and so many of them. */
  readonly every: number;
  readonly heldOut: number;
}

export interface Measured {
  readonly step: number;
  /** The mean cross entropy on pictures that were held out. */
  readonly loss: number;
  /** The share of them that are put into their class. */
  readonly accuracy: number;
}

/**
 * Trains a network from its start.
 * @returns what was measured, from step 0 on; less than all where it was stopped or the loss was not finite. @throws {DeviceFailure}
 */
export async function runTrial(
  { optimizer: name, rate, metaRate, seed }: Trial,
  scale: TrialScale,
  { updateOf, failure }: Pick<Ready, 'updateOf' | 'failure'>,
  signal: AbortSignal,
): Promise<readonly Measured[]> {
  const { model, classes, image, batch, steps, every, heldOut } = scale;
  const network = createNetwork(architectureOf(model, classes), randomOf(seed, 1).normal);
  const optimizer = optimizerOf(name, network.parameters, { rate, metaRate }, updateOf);
  const pictures = waves(seed, image, classes);
  // Training begins with batch 1.
  const others = await pictures.batch(0, heldOut);
  const measure = async (step: number): Promise<Measured> => {
    const { loss, right } = await evaluate(network, others, image);
    return { step, loss, accuracy: right / heldOut };
  };
  try {
    const measured = [await measure(0)];
    for (let done = 0; done < steps;) {
      const wanted = Math.min(every, steps - done);
      let finite = true;
      const taken = await train({
        network,
        optimizer,
        pictures,
        batch,
        done,
        steps: wanted,
        smoothing: 0,
        decay: 0,
        trace: null,
        recorded: null,
        failure,
        signal,
        onStep: ({ loss }) => {
          finite &&= Number.isFinite(loss);
        },
      });
      done += taken;
      if (taken < wanted || !finite) break;
      measured.push(await measure(done));
    }
    return measured;
  } finally {
    optimizer.dispose();
    disposeNetwork(network);
  }
}
