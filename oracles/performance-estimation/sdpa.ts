import type { Statement } from './certificate.js';
import { allPairs, layoutOf, neighbours, programOf, type Program } from './program.js';
import { statementOf, type Question } from './statement.js';

/**
 * The semidefinite program of a worst case in SDPA's sparse format (.dat-s), for other solvers:
 *
 *     maximise tr F_0 Y  over Y ⪰ 0  with tr F_k Y = c_k, k = 1, …, m
 *
 * (SDPA calls it the dual, CSDP the primal). Its value is the bound, in units of L = 1 and R = 1 or δ = 1. Y has two blocks: the Gram matrix, and a
 * diagonal with the slack of each constraint and then the values of f̃ = f − ½μ‖x − x*‖². Those values are free variables in theory, but the format has
 * none. They are ≥ 0 in every solution, f̃_c ≥ f̃_* + ‖g̃_c‖²/(2(1 − μ)) being among the constraints, so that they stand on the diagonal as they are:
 * neither split into differences, which leaves the other problem without interior, nor given equations that only rounding keeps.
 * @throws {RangeError} as `statementOf` does.
 */
export function sdpa(question: Question, pairs: 'all' | 'neighbours' = 'all'): string {
  const statement = statementOf(question);
  const layout = layoutOf(statement);
  const program = programOf(layout, (pairs === 'all' ? allPairs : neighbours)(layout));
  const { size, values, criterion, constraints: { count, rise, fall } } = program;
  const { letter, weight, value } = criterion;
  const entries: string[] = [];
  const quadratic = (matrix: number, entry: (i: number, j: number) => number): void => {
    for (let i = 0; i < size; i++) {
      for (let j = i; j < size; j++) if (entry(i, j) !== 0) entries.push(`${matrix} 1 ${i + 1} ${j + 1} ${entry(i, j)}`);
    }
  };
  const diagonal = (matrix: number, place: number, entry: number): void => {
    entries.push(`${matrix} 2 ${place + 1} ${place + 1} ${entry}`);
  };
  const judged = vector(program, letter);
  quadratic(0, (i, j) => weight * judged[i]! * judged[j]!);
  if (value >= 0) diagonal(0, count + value, 1);
  for (let k = 0; k < count; k++) {
    quadratic(k + 1, form(program, k));
    diagonal(k + 1, k, 1);
    if (rise[k]! >= 0) diagonal(k + 1, count + rise[k]!, 1);
    if (fall[k]! >= 0) diagonal(k + 1, count + fall[k]!, -1);
  }
  const right = Array.from({ length: count }, (_, k) => (k === 0 ? 1 : 0));
  const strong = layout.mu > 0;
  const blocks = [`${size} = Gram matrix`, `${count + values} = ${count} slacks and ${values} values of f${strong ? ' - mu/2 |x - x*|^2' : ''} on a diagonal`];
  return [...heading(statement, blocks), `${count} = constraints`, '2 = blocks', `${size} ${-(count + values)}`, right.join(' '), ...entries, ''].join('\n');
}

const CONDITION = { distance: '|x_0 - x*|^2 <= 1', value: 'f(x_0) - f* <= 1' };
const CRITERION = { value: 'f(out) - f*', gradient: '|grad f(out)|^2', distance: '|out - x*|^2' };

/** Comments, in ASCII: what is maximised over what. */
function heading({ method: { queries, output }, strongConvexity, condition, criterion }: Statement, blocks: readonly string[]): string[] {
  const row = (steps: readonly string[]): string => `x_0${steps.map((step, j) => (step === '0' ? '' : ` - (${step}) g_${j}`)).join('')}`;
  const about = [
    `The worst ${CRITERION[criterion]} of a method with N = ${queries.length} gradients g_j = grad f(y_j): the maximum below`,
    `over 1-smooth ${strongConvexity === '0' ? 'convex' : `${strongConvexity}-strongly convex`} functions f in every dimension with ${CONDITION[condition]}`,
    ...queries.map((steps, i) => `y_${i} = ${row(steps)}`),
    `out = ${row(output)}`,
    `blocks: ${blocks.join('; ')}`,
  ];
  return about.map((line) => `* ${line}`);
}

/** The letter's coordinates. */
const vector = ({ size, letters }: Program, letter: number): Float64Array => letters.subarray(letter * size, (letter + 1) * size);

/** The entries of A_k. */
function form(program: Program, k: number): (i: number, j: number) => number {
  const { a, plus, minus, head, tail, scale, curvature } = program.constraints;
  const difference = (p: number, q: number): Float64Array => vector(program, p).map((entry, e) => entry - vector(program, q)[e]!);
  const [g, b, w] = [vector(program, a[k]!), difference(plus[k]!, minus[k]!), difference(head[k]!, tail[k]!)];
  return (i, j) => 0.5 * scale[k]! * (g[i]! * b[j]! + b[i]! * g[j]!) + curvature[k]! * w[i]! * w[j]!;
}
