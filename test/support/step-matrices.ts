import type { Question } from '../../oracles/performance-estimation/statement.js';

type Method = Question['method'];

/** x_{t+1} = x_t − h∇f(x_t) + b(x_t − x_{t−1}). */
export function heavyBall(N: number, h: number, b: number): Method {
  const rows: number[][] = [[]];
  let velocity: number[] = [];
  for (let t = 0; t < N; t++) {
    velocity = [...velocity.map((v) => b * v), h];
    rows.push(velocity.map((v, j) => (rows[t]![j] ?? 0) + v));
  }
  return { queries: rows.slice(0, N), output: rows[N]! };
}

/** x_t = y_t − ∇f(y_t), y_{t+1} = x_t + ((t − 1)/(t + 2))(x_t − x_{t−1}), t ≥ 1, judged at x_N or at the last query y_N. */
export function nesterov(N: number, judged: 'last' | 'query' = 'last'): Method {
  const queries: number[][] = [[]];
  let [previous, x]: [number[], number[]] = [[], []];
  for (let t = 1; t <= N; t++) {
    [previous, x] = [x, [...queries[t - 1]!, 1]];
    queries.push(x.map((entry, j) => entry + ((t - 1) / (t + 2)) * (entry - (previous[j] ?? 0))));
  }
  return { queries: queries.slice(0, N), output: judged === 'last' ? x : [...queries[N - 1]!, 0] };
}
