/** Colours on a terminal. The marks beside them say the same without. */

import { styleText } from 'node:util';
import type { Tone } from './wording.js';

const COLOURS: Readonly<Record<Tone, Parameters<typeof styleText>[0]>> = {
  good: 'green',
  known: 'magenta',
  bad: ['red', 'bold'],
  open: 'yellow',
  quiet: 'gray',
};

/** Paints a text in the colour of its tone, or leaves it as it is. */
export const painter = (colour: boolean) => (tone: Tone, text: string): string => colour ? styleText(COLOURS[tone], text, { validateStream: false }) : text;
