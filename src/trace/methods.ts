import { descent, elementwiseDescent, metaRates, momentumBuffer, momentumDescent, optimisticRates, type Account } from '../../oracles/float32-steps.js';
import type { Schedule, TraceColumn, TraceConfig, TraceMethod } from './format.js';
import type { Piece } from './read.js';

type SteppedPiece = Piece & { readonly step: number };

/** How the steps of a method are checked. */
export interface TracedMethod {
  /** x′, in symbols. */
  readonly step: (config: TraceConfig) => string;
  /** What the method keeps beside x, in symbols; null where it keeps nothing. */
  readonly state: string | null;
  /** Before and after: the first must hold, in each step, what the second held in the step before. */
  readonly handed: readonly (readonly [TraceColumn, TraceColumn])[];
  /** Columns that mean nothing in the first step. */
  readonly later: readonly TraceColumn[];
  /** Judges every element of a piece of a row, and adds to the accounts of x and of what is kept. */
  readonly check: (row: SteppedPiece, config: TraceConfig, step: Account, state: Account) => void;
}

/** The t-th of a schedule; its last one stands for all that come after. */
function at(schedule: Schedule | undefined, t: number): number {
  if (schedule === undefined || typeof schedule === 'number') return schedule ?? NaN;
  return schedule[Math.min(t, schedule.length) - 1]!;
}

const decays = (weightDecay = 0): boolean => weightDecay !== 0;

const columnsOf = (row: Piece): Readonly<Record<TraceColumn, Float32Array>> => row.columns as Readonly<Record<TraceColumn, Float32Array>>;

function unchanged(account: Account, before: Float32Array, after: Float32Array): void {
  for (let i = 0; i < after.length; i++) {
    if (after[i] === before[i]) account.literal++;
    else {
      account.outside++;
      account.first ??= { element: i, got: after[i]!, low: before[i]!, high: before[i]! };
    }
  }
  account.elements += after.length;
}

function elementwise(rates: typeof metaRates): TracedMethod['check'] {
  return (row, config, step, state) => {
    const { x, g, x_after, g_before: before, w, w_after } = columnsOf(row);
    // Before the first step no gradient was seen: w_1 is given.
    if (row.step === 1) unchanged(state, w, w_after);
    else rates(state, { g, before, w, after: w_after }, at(config.metaRate, row.step));
    elementwiseDescent(step, { x, g, w: w_after, after: x_after });
  };
}

const ELEMENTWISE = { step: () => 'x′ = x − w′⊙g', handed: [['x', 'x_after'], ['w', 'w_after'], ['g_before', 'g']], later: ['g_before'] } as const;

export const TRACED: { readonly [method in TraceMethod]: TracedMethod } = {
  'gradient-descent': {
    step: ({ weightDecay }) => (decays(weightDecay) ? 'x′ = x − η(g + λx)' : 'x′ = x − ηg'), state: null, handed: [['x', 'x_after']], later: [],
    check(row, config, step) {
      const { x, g, x_after } = columnsOf(row);
      descent(step, { x, g, after: x_after }, at(config.learningRate, row.step), config.weightDecay ?? 0);
    },
  },
  'sgd-momentum': {
    step: ({ nesterov, weightDecay }) => (nesterov === true ? `x′ = x − η(g${decays(weightDecay) ? ' + λx' : ''} + mb′)` : 'x′ = x − ηb′'),
    state: 'b′ = mb + (1 − d)(g + λx), in the first step b′ = g + λx', handed: [['x', 'x_after'], ['b', 'b_after']], later: ['b'],
    check(row, config, step, state) {
      const { x, g, x_after, b, b_after } = columnsOf(row);
      const { momentum = 0, dampening = 0, nesterov = false, weightDecay: decay = 0 } = config;
      const constants = { rate: at(config.learningRate, row.step), momentum, dampening, nesterov, decay };
      momentumBuffer(state, { x, g, b, after: b_after }, constants, row.step === 1);
      momentumDescent(step, { x, g, b: b_after, after: x_after }, constants);
    },
  },
  'meta-sgd': { ...ELEMENTWISE, state: 'w′ = max{w + βg⁻⊙g, 0}, in the first step w′ = w', check: elementwise(metaRates) },
  'optimistic-meta-sgd': { ...ELEMENTWISE, state: 'w′ = max{w + β[g⊙(g + g⁻) − g⁻⊙g⁻], 0}, in the first step w′ = w', check: elementwise(optimisticRates) },
};
