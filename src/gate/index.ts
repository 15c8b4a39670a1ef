/** What the module of an optimizer needs, and nothing else: the gate starts some processes, and each of them loads it. */
export { Unsupported, defineOptimizer, unsupported, type Numbers, type Optimizer, type Played, type Session, type StartArguments, type StepArguments } from './define-optimizer.js';
export type { Capability, Config, Dtype, ProblemFacts } from './protocol.js';
