import { descentTells, elementwiseDescentTells, momentumBufferTells, momentumDescentTells, ratesTell, type Evidence } from '../../oracles/float32-evidence.js';
import { descent, elementwiseDescent, metaRates, momentumBuffer, momentumDescent, optimisticRates, type Account } from '../../oracles/float32-steps.js';
import type { Schedule, TraceColumn, TraceConfig, TraceMethod } from './format.js';
import type { Piece } from './read.js';

type SteppedPiece = Piece & { readonly step: number };

/** Another formula than the method's: what a program may have done instead. */
export interface Other {
  /** In symbols. */
  readonly formula: string;
  /** Its place among those that the oracle names. */
  readonly at: number;
  /** Whether the verdict waits for elements that tell the two apart; else they are only counted. */
  readonly needed: boolean;
}

/** One of the two numbers that a method leaves in each element. */
export interface Formula {
  /** In symbols, with the terms that the config leaves in it. */
  readonly formula: string;
  readonly others: readonly Other[];
}

/** How the steps of a method are checked. */
export interface TracedMethod {
  /** x′. */
  readonly step: (config: TraceConfig) => Formula;
  /** What the method keeps beside x; null where it keeps nothing. */
  readonly state: ((config: TraceConfig) => Formula) | null;
  /** Before and after: the first must hold, in each step, what the second held in the step before. */
  readonly handed: readonly (readonly [TraceColumn, TraceColumn])[];
  /** Columns that mean nothing in the first step. */
  readonly later: readonly TraceColumn[];
  /** Judges every element of a piece of a row, and adds to what is known of x and of what is kept. */
  readonly check: (row: SteppedPiece, config: TraceConfig, step: Judged, state: Judged) => void;
}

/** What became of elements, and which of them tell the formula from others. */
export interface Judged {
  readonly account: Account;
  readonly evidence: Evidence;
}

/** The t-th of a schedule. */
const at = (schedule: Schedule | undefined, t: number): number => (typeof schedule === 'object' ? schedule[t - 1] : schedule) ?? NaN;

const columnsOf = (row: Piece): Readonly<Record<TraceColumn, Float32Array>> => row.columns as Readonly<Record<TraceColumn, Float32Array>>;

/** Those of `all` that are, by the config, other formulas. */
function others(...all: readonly (readonly [differs: boolean, formula: string, needed?: boolean])[]): readonly Other[] {
  return all.flatMap(([differs, formula, needed = true], i) => (differs ? [{ formula, at: i, needed }] : []));
}

const slopeOf = ({ weightDecay = 0 }: TraceConfig): string => (weightDecay === 0 ? 'g' : 'g + λx');
const bracketed = (slope: string): string => (slope.length > 1 ? `(${slope})` : slope);
/** −η(g + λx + …) */
const ahead = (slope: string, ...more: readonly string[]): string => `x − η${bracketed([slope, ...more].join(' + '))}`;

function momentumStep(config: TraceConfig): Formula {
  const { momentum = 0, nesterov = false, weightDecay = 0 } = config;
  const slope = slopeOf(config);
  const [nesterovs, plain] = [ahead(slope, 'mb′'), 'x − ηb′'];
  const formula = momentum === 0 && nesterov ? ahead(slope) : nesterov ? nesterovs : plain;
  const has = momentum !== 0;
  return {
    formula: `x′ = ${formula}`,
    others: others([true, 'x'], [has, nesterov ? plain : nesterovs], [has, ahead(slope)], [has, formula.replace('b′', 'b'), false], [
      nesterov && weightDecay !== 0,
      ahead('g', ...(has ? ['mb′'] : [])),
    ]),
  };
}

function momentumState(config: TraceConfig): Formula {
  const { momentum = 0, dampening = 0, weightDecay = 0 } = config;
  const slope = slopeOf(config);
  const kept = momentum === 0 ? '' : 'mb + ';
  const fresh = (of: string): string => (dampening === 0 ? of : `(1 − d)${bracketed(of)}`);
  return {
    formula: `b′ = ${kept}${fresh(slope)}${momentum === 0 && dampening === 0 ? '' : `, in the first step b′ = ${slope}`}`,
    others: others([true, 'b'], [momentum !== 0, fresh(slope)], [dampening !== 0, `${kept}${slope}`], [weightDecay !== 0, `${kept}${fresh('g')}`]),
  };
}

/** w_1 is as it is configured, and nothing moves it yet. */
function unmoved(account: Account, before: Float32Array, after: Float32Array, rate: number | undefined): void {
  for (let i = 0; i < after.length; i++) {
    const due = rate === undefined ? before[i]! : Math.fround(rate);
    if (after[i] === due && before[i] === due) account.literal++;
    else {
      account.outside++;
      account.first ??= { element: i, got: after[i] === due ? before[i]! : after[i]!, low: due, high: due };
    }
  }
  account.elements += after.length;
}

const [STANDARD, OPTIMISTIC] = ['max{w + βg⁻⊙g, 0}', 'max{w + β[g⊙(g + g⁻) − g⁻⊙g⁻], 0}'];

function elementwise(optimistic: boolean): TracedMethod {
  const [own, other, rates] = optimistic ? [OPTIMISTIC, STANDARD, optimisticRates] : [STANDARD, OPTIMISTIC, metaRates];
  return {
    step: () => ({ formula: 'x′ = x − w′⊙g', others: others([true, 'x'], [true, 'x − w⊙g', false]) }),
    state: ({ rate }) => ({ formula: `w′ = ${own}, in the first step w′ = w${rate === undefined ? '' : ' = rate'}`, others: others([true, 'w'], [true, other]) }),
    handed: [['x', 'x_after'], ['w', 'w_after'], ['g_before', 'g']],
    later: ['g_before'],
    check(row, config, step, state) {
      const { x, g, x_after, g_before: before, w, w_after: after } = columnsOf(row);
      // Before the first step no gradient was seen.
      if (row.step === 1) unmoved(state.account, w, after, config.rate);
      else {
        const beta = at(config.metaRate, row.step);
        rates(state.account, { g, before, w, after }, beta);
        ratesTell(state.evidence, { g, before, w }, beta, optimistic);
      }
      elementwiseDescent(step.account, { x, g, w: after, after: x_after });
      elementwiseDescentTells(step.evidence, { x, g, w, after });
    },
  };
}

export const TRACED: { readonly [method in TraceMethod]: TracedMethod } = {
  'gradient-descent': {
    step: (config) => ({ formula: `x′ = ${ahead(slopeOf(config))}`, others: others([true, 'x'], [(config.weightDecay ?? 0) !== 0, ahead('g')]) }),
    state: null,
    handed: [['x', 'x_after']],
    later: [],
    check(row, config, step) {
      const { x, g, x_after } = columnsOf(row);
      const [rate, decay] = [at(config.learningRate, row.step), config.weightDecay ?? 0];
      descent(step.account, { x, g, after: x_after }, rate, decay);
      descentTells(step.evidence, { x, g }, rate, decay);
    },
  },
  'sgd-momentum': {
    step: momentumStep,
    state: momentumState,
    handed: [['x', 'x_after'], ['b', 'b_after']],
    later: ['b'],
    check(row, config, step, state) {
      const { x, g, x_after, b, b_after: after } = columnsOf(row);
      const { momentum = 0, dampening = 0, nesterov = false, weightDecay: decay = 0 } = config;
      const constants = { rate: at(config.learningRate, row.step), momentum, dampening, nesterov, decay };
      const first = row.step === 1;
      momentumBuffer(state.account, { x, g, b, after }, constants, first);
      if (!first) momentumBufferTells(state.evidence, { x, g, b }, constants);
      momentumDescent(step.account, { x, g, b: after, after: x_after }, constants);
      momentumDescentTells(step.evidence, { x, g, b, after }, constants, first);
    },
  },
  'meta-sgd': elementwise(false),
  'optimistic-meta-sgd': elementwise(true),
};
