import type { BetaIndex } from '../algorithm/formulas.js';

/** x̄_0 and x̄_1, …, x̄_T, all integers, x̄_0, …, x̄_{T−1} distinct. */
export interface AveragePath {
  readonly start: number;
  readonly path: readonly number[];
}

/**
 * The quadratic form of Corollary 1 as printed with L inserted, for f = x²/2 and φ(x, w) = w + b(x), in the gradients
 * G_t = x̄_t: s(G) = Σ tG_t w_t − Σ tG_t x_t, which is the s of Definition 1 (x* = 0). w_t and x_t are linear in G.
 */
function scheduleForm(T: number, index: BetaIndex): number[][] {
  const Q = Array.from({ length: T }, () => Array<number>(T).fill(0));
  const add = (i: number, j: number, value: number): void => {
    if (j < 1) return;
    Q[i - 1]![j - 1]! += value / 2;
    Q[j - 1]![i - 1]! += value / 2;
  };
  for (let t = 1; t <= T; t++) {
    const from = index === 'equation-4' ? t : t - 1;
    const eta = from >= 2 ? (from - 1) / (2 * from) : 0;
    // w_t = −η_t(S_{t−1} + tG_{t−1})
    for (let r = 1; r < t; r++) add(t, r, -t * eta * r);
    add(t, t - 1, -t * eta * t);
    // tx_t = α_{1:t}G_t − α_{1:t−1}G_{t−1}
    add(t, t, (-t * (t + 1)) / 2);
    add(t, t - 1, (t * (t - 1)) / 2);
  }
  return Q;
}

/**
 * A path on which the gap exceeds 4‖w*‖²/(T² − 1), or null if there is none near. α_{1:T}·gap > K s²/c² is s > κ G_T c with
 * κ = √((T² − 1)/8) and c = S_T (for s < 0), so with G_T = 1 the form s − κG_T S_T is maximised over the other gradients by
 * one linear system; the solution is scaled to `grid` and rounded to distinct integers.
 */
export function schedulePath(T: number, index: BetaIndex, grid: number): AveragePath | null {
  const form = scheduleForm(T, index);
  const kappa = Math.sqrt((T * T - 1) / 8);
  for (let r = 0; r < T; r++) {
    form[T - 1]![r]! -= (kappa * (r + 1)) / 2;
    form[r]![T - 1]! -= (kappa * (r + 1)) / 2;
  }
  const others = T - 1;
  const system = form.slice(0, others).map((row) => [...row.slice(0, others).map((entry) => -entry), row[others]!]);
  const solution = solve(system);
  return solution === null ? null : roundToDistinct([...solution, 1], grid);
}

/** The solution of a positive definite system, its right side in the last column; null if a pivot says that it is not. */
function solve(system: number[][]): number[] | null {
  const m = system.length;
  for (let p = 0; p < m; p++) {
    const pivot = system[p]!;
    if (!(pivot[p]! > 0)) return null;
    for (let i = p + 1; i < m; i++) {
      const row = system[i]!;
      const factor = row[p]! / pivot[p]!;
      for (let j = p; j <= m; j++) row[j]! -= factor * pivot[j]!;
    }
  }
  const y = Array<number>(m).fill(0);
  for (let p = m - 1; p >= 0; p--) {
    const row = system[p]!;
    let rest = row[m]!;
    for (let j = p + 1; j < m; j++) rest -= row[j]! * y[j]!;
    y[p] = rest / row[p]!;
  }
  return y;
}

/** b is a function of x̄_{t−1}: all averages but the last must differ, and the start from all of them. */
function roundToDistinct(values: readonly number[], grid: number): AveragePath {
  const largest = Math.max(...values.map(Math.abs));
  const used = new Set<number>();
  const path = values.map((value, i) => {
    const wanted = (value / largest) * grid;
    const rounded = Math.round(wanted);
    if (i === values.length - 1) return rounded;
    let distance = 0;
    while (used.has(rounded - distance) && used.has(rounded + distance)) distance++;
    const free = [rounded - distance, rounded + distance].filter((candidate) => !used.has(candidate));
    const nearest = free.reduce((a, b) => (Math.abs(b - wanted) < Math.abs(a - wanted) ? b : a));
    used.add(nearest);
    return nearest;
  });
  let start = 0;
  while (used.has(start)) start++;
  return { start, path };
}

/** The shortest horizon on which the printed schedule fails with the index of Algorithm 4, with small integers. */
export const ALGORITHM_FOUR_PATH: AveragePath = {
  start: 0,
  path: [
    -1742,
    -1137,
    -519,
    -271,
    -158,
    -96,
    -58,
    -35,
    -19,
    -7,
    1,
    6,
    8,
    9,
    10,
    11,
    12,
    23,
    22,
    24,
    21,
    20,
    18,
    19,
    16,
    17,
    14,
    13,
    15,
    49,
  ],
};

/** The like for the index of Eq. (4). */
export const EQUATION_FOUR_PATH: AveragePath = {
  start: 0,
  path: [
    -54380,
    -38022,
    -28048,
    -21471,
    -16909,
    -13605,
    -11135,
    -9239,
    -7751,
    -6564,
    -5604,
    -4817,
    -4166,
    -3620,
    -3160,
    -2769,
    -2433,
    -2145,
    -1894,
    -1676,
    -1486,
    -1318,
    -1170,
    -1039,
    -924,
    -820,
    -727,
    -644,
    -571,
    -504,
    -444,
    -390,
    -340,
    -296,
    -256,
    -220,
    -186,
    -156,
    -128,
    -103,
    -79,
    -58,
    -39,
    -21,
    -5,
    11,
    25,
    38,
    49,
    61,
    71,
    80,
    88,
    96,
    125,
    123,
    131,
    138,
    136,
    144,
    147,
    150,
    153,
    156,
    155,
    158,
    162,
    164,
    165,
    169,
    170,
    171,
    174,
    176,
    177,
    178,
    183,
    186,
    187,
    188,
    189,
    191,
    192,
    193,
    194,
    195,
    196,
    197,
    190,
    198,
    185,
    199,
    184,
    182,
    200,
    181,
    180,
    179,
    172,
    175,
    173,
    168,
    167,
    166,
    163,
    161,
    160,
    159,
    157,
    154,
    152,
    151,
    149,
    148,
    146,
    145,
    143,
    142,
    141,
    140,
    139,
    137,
    135,
    134,
    133,
    132,
    130,
    129,
    128,
    127,
    126,
    124,
    122,
    121,
    120,
    119,
    118,
    117,
    116,
    115,
    114,
    113,
    112,
    111,
    110,
    109,
    418,
  ],
};
