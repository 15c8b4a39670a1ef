import { METHODS, type MethodName } from './methods.js';
import type { Config } from './protocol.js';
import type { WorstCaseOptions } from './worst-case.js';

/**
 * Configs of a method with fixed steps for functions that are L-smooth, the plainest first: rates for which something is proved of it (docs/GATE.md). None
 * where steps depend on the gradients, or hints and targets come from outside.
 */
export function typicalConfigs(method: MethodName, L: number): readonly Config[] {
  const identity = { rule: { kind: 'identity' }, set: { kind: 'all' } };
  switch (method) {
    case 'gradient-descent':
    case 'nesterov':
      return [{ learningRate: 1 / L }];
    case 'heavy-ball':
      return [{ learningRate: 1 / (2 * L), momentum: 0.5 }];
    case 'sgd-momentum':
      return [false, true].map((nesterov) => ({ learningRate: 1 / (2 * L), momentum: 0.5, dampening: 0, nesterov }));
    case 'ftrl':
      return [{ alpha: 'constant', beta: 1 / L, set: { kind: 'all' } }];
    case 'convex-meta-learning':
      return [{ alpha: 'constant', beta: 1 / L, ...identity }];
    case 'optimistic-meta-learning':
      return ['previous', 'current-jacobian'].map((hints) => ({ alpha: 'linear', beta: 1 / (4 * L), ...identity, hints }));
    default:
      return [];
  }
}

/** What a method is judged by: where it asks, if its iterates are parameters. */
export function judgedPoint(method: MethodName): WorstCaseOptions['judged'] {
  return METHODS[method].compared.includes('x') ? 'iterate' : 'query';
}
