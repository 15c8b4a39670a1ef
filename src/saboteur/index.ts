import { algorithmSaboteurs } from './algorithms.js';
import { formulaSaboteurs } from './formulas.js';
import { otherSaboteurs } from './others.js';
import type { Saboteur } from './saboteur.js';

export type { Saboteur } from './saboteur.js';

/** Every mistake that the claims must catch. Adding one is one entry in one of these lists. */
export const saboteurs: readonly Saboteur[] = [...formulaSaboteurs, ...algorithmSaboteurs, ...otherSaboteurs];
