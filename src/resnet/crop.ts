import type { Random } from './random.js';

/** A part of a picture, in its pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The share of the picture's area that a crop has, and how wide it is to its height. */
const AREA = { least: 0.08, most: 1 } as const;
const RATIO = { least: 3 / 4, most: 4 / 3 } as const;
const TRIES = 10;

/**
 * A part of a picture of `width`×`height` to train on: its area and the logarithm of its ratio drawn evenly, its place as well. What does not fit is drawn
 * again; after ten times it is the middle, as large as the ratios allow. C. Szegedy et al., Going Deeper with Convolutions, CVPR 2015; torchvision's RandomResizedCrop.
 */
export function randomCrop({ uniform, below }: Random, width: number, height: number): Box {
  for (let i = 0; i < TRIES; i++) {
    const area = width * height * (AREA.least + (AREA.most - AREA.least) * uniform());
    const ratio = RATIO.least * (RATIO.most / RATIO.least) ** uniform();
    const [w, h] = [Math.round(Math.sqrt(area * ratio)), Math.round(Math.sqrt(area / ratio))];
    if (w >= 1 && h >= 1 && w <= width && h <= height) return { top: below(height - h + 1), left: below(width - w + 1), width: w, height: h };
  }
  const [w, h] = [Math.min(width, Math.max(1, Math.round(height * RATIO.most))), Math.min(height, Math.max(1, Math.round(width / RATIO.least)))];
  return middle(width, height, w, h);
}

/** The middle `w`×`h` of `width`×`height`. */
export function middle(width: number, height: number, w: number, h: number): Box {
  return { left: Math.floor((width - w) / 2), top: Math.floor((height - h) / 2), width: w, height: h };
}
