import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { gateClaims } from '../src/gate/claims/index.js';
import type { Optimizer } from '../src/gate/define-optimizer.js';
import { METHOD_NAMES, type MethodName } from '../src/gate/methods.js';
import { DTYPES, type Dtype } from '../src/gate/protocol.js';
import { runGate } from '../src/gate/run-gate.js';
import { gateSaboteurs } from '../src/gate/saboteurs.js';
import { inProcess } from './support/in-process.js';

// The compiled tests lie two folders below the package.
const { formulation, FORMULATIONS } = await import(fileURLToPath(new URL('../../test/fixtures/formulations.mjs', import.meta.url))) as {
  formulation: (method: MethodName, form: string, dtype: Dtype) => Optimizer;
  FORMULATIONS: { readonly [name in MethodName]: readonly string[] };
};

/** How many seeds are tried: more with OMG_ORACLE_SEEDS, in a longer run. */
const SEEDS = Number(process.env['OMG_ORACLE_SEEDS'] ?? 1);

/** The claims that do not hold, seed after seed. */
async function complaints(method: MethodName, form: string, dtype: Dtype): Promise<string[]> {
  const told: string[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { results } = await runGate({
      door: inProcess(formulation(method, form, dtype)),
      like: method,
      claims: gateClaims,
      cases: 50,
      seed,
      signal: new AbortController().signal,
      known: [],
      saboteurs: gateSaboteurs,
      onResult: () => undefined,
    });
    if (results.find(({ id }) => id === 'identity')?.verdict !== 'holds') told.push(`seed ${seed}: the identity was not judged`);
    told.push(
      ...results.filter(({ verdict }) => verdict !== 'holds' && verdict !== 'inapplicable').map(({ id, verdict, reason, counterexample }) =>
        `seed ${seed}: ${id} ${verdict} ${reason} ${JSON.stringify(counterexample ?? null)}`
      ),
    );
  }
  return told;
}

describe.each(METHOD_NAMES)('%s, however it is written', (method) => {
  test('in three ways at least', () => expect(FORMULATIONS[method].length).toBeGreaterThanOrEqual(3));

  test.each(DTYPES.flatMap((dtype) => FORMULATIONS[method].map((form) => ({ dtype, form }))))('$form, in $dtype', async ({ dtype, form }) => {
    expect(await complaints(method, form, dtype)).toEqual([]);
  });

  test.each(FORMULATIONS[method])('%s, in float32 behind a float64, is found', async (form) => {
    const { results } = await runGate({
      door: inProcess({ ...formulation(method, form, 'float32'), dtype: 'float64' }),
      like: method,
      claims: gateClaims.filter(({ id }) => id === 'dtype-honesty'),
      cases: 50,
      seed: 1,
      signal: new AbortController().signal,
      known: [],
      saboteurs: [],
      onResult: () => undefined,
    });
    expect(results.find(({ id }) => id === 'dtype-honesty')).toMatchObject({ verdict: 'violated' });
  });
});
