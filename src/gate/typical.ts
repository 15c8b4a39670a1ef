import type { MethodName } from './methods.js';
import type { Config } from './protocol.js';

/**
 * A config of each method with fixed steps, for functions that are L-smooth: rates for which something is proved of it (docs/GATE.md). null where steps
 * depend on the gradients, or hints and targets come from outside.
 */
export function typicalConfig(method: MethodName, L: number): Config | null {
  switch (method) {
    case 'gradient-descent':
    case 'nesterov':
      return { learningRate: 1 / L };
    case 'heavy-ball':
      return { learningRate: 1 / (2 * L), momentum: 0.5 };
    case 'sgd-momentum':
      return { learningRate: 1 / (2 * L), momentum: 0.5, dampening: 0, nesterov: false };
    case 'ftrl':
      return { alpha: 'constant', beta: 1 / L, set: { kind: 'all' } };
    case 'convex-meta-learning':
      return { alpha: 'constant', beta: 1 / L, rule: { kind: 'identity' }, set: { kind: 'all' } };
    case 'optimistic-meta-learning':
      return { alpha: 'linear', beta: 1 / (4 * L), rule: { kind: 'identity' }, set: { kind: 'all' }, hints: 'previous' };
    default:
      return null;
  }
}
