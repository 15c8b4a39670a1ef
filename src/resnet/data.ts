import { randomOf } from './random.js';

/** A batch: pictures as [N, H, W, 3], normalised, and the class of each. */
export interface Batch {
  readonly pictures: Float32Array;
  readonly labels: Int32Array;
}

export interface Pictures {
  readonly size: number;
  readonly classes: number;
  /** The `index`-th batch, from 1; the same for the same index. */
  readonly batch: (index: number, count: number) => Batch | Promise<Batch>;
}

/**
 * Made-up pictures that can be learnt, and not at a glance: waves under noise. A class is the direction of the waves, and which
 * colours they have; place, width, strength and noise are drawn for each picture.
 */
export function waves(seed: number, size: number, classes: number): Pictures {
  const colours = Array.from({ length: classes }, (_, k) => {
    const { normal } = randomOf(seed, 1000 + k);
    return [normal(), normal(), normal()] as const;
  });
  return {
    size,
    classes,
    batch(index, count) {
      const { uniform, below, normal } = randomOf(seed, 1_000_000 + index);
      const pictures = new Float32Array(count * size * size * 3);
      const labels = new Int32Array(count);
      let at = 0;
      for (let n = 0; n < count; n++) {
        const label = below(classes);
        labels[n] = label;
        const angle = (Math.PI * (label + 0.5 * (uniform() - 0.5))) / classes;
        const [frequency, phase, strength] = [(2 * Math.PI * (2 + 3 * uniform())) / size, 2 * Math.PI * uniform(), 0.5 + uniform()];
        const [cos, sin] = [frequency * Math.cos(angle), frequency * Math.sin(angle)];
        for (let row = 0; row < size; row++) {
          for (let column = 0; column < size; column++) {
            const wave = strength * Math.cos(cos * column + sin * row + phase);
            for (const colour of colours[label]!) pictures[at++] = wave * (1 + 0.5 * colour) + 0.7 * normal();
          }
        }
      }
      return { pictures, labels };
    },
  };
}
