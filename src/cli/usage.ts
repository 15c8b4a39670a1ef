import { parseJson } from '../../reports/input.js';
import { closest } from '../closest.js';
import type { Json } from '../verdict.js';

/** A mistake in the command line: told in a sentence, and exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `omg-oracle — checks the theory of optimistic meta-gradients, claim by claim, and optimizers against it

  omg-oracle verify     [--claims a,b] [--cases N] [--seed S] [--time 60s] [--shard i/n] [--out DIR]
                        every claim, as printed and as corrected; the report goes to DIR (reports/out)
  omg-oracle gate       MODULE | --command "python3 my.py"  [--like NAME] [--claims a,b] [--cases N] [--seed S]
                        [--expected FILE [--fix]] [--counterexamples DIR] [--start-timeout 30s] [--request-timeout 10s]
                        [--require-worst-case "f(x_N) - f* <= 2*L*R^2/(N+1)^2"] [--shard i/n] [--out DIR]
                        is an optimizer the method that it claims to be? NAME: gradient-descent, heavy-ball, sgd-momentum, nesterov,
                        adagrad, ftrl, ao-ftrl, convex-meta-learning, optimistic-meta-learning, bootstrapped-meta-gradient, meta-sgd,
                        optimistic-meta-sgd; none asks for manners and symmetries alone; without it, the nearest is told, and that is no pass
  omg-oracle worst-case NAME | MODULE | --command "python3 my.py"  --horizon N  [--like NAME | --config JSON] [--smoothness L]
                        [--strong-convexity MU] [--criterion value|gradient|distance] [--condition distance|value]
                        [--judged iterate|query|average] [--certificate FILE]
                        how badly a method with fixed steps may do on any such function, with a proof
  omg-oracle worst-case paper  [--horizon N] [--out DIR]
                        the same for every special case of the paper, and the regret of Eq. (5)
  omg-oracle certificate check FILE...  [--of NAME | --of MODULE | --command "python3 my.py"  --horizon N  [--require "f(x_N) - f* <= L*R^2/N"]
                        [options as of worst-case]]
                        is such a proof one? exact, and trusts nothing; with --of: one of this optimizer, and of this bound?
  omg-oracle resnet     [--optimizer sgd|meta|optimistic] [--model resnet20|resnet50] [--steps N] [--image 32]
                        [--backend auto|tensorflow|webgpu|wasm|cpu] [--batch 8] [--classes 10] [--rate W] [--meta-rate BETA] [--label-smoothing S] [--seed S]
                        [--weight-decay LAMBDA] [--data DIR [--evaluate N]] [--trace FILE [--sample N]] [--save FILE] [--resume FILE]
                        [--as-printed] [--out DIR]
                        trains a ResNet on made-up pictures, or on those in DIR/train/CLASS/*.JPEG, and records every step for "trace check"
  omg-oracle trace check FILE  [--like NAME] [--config JSON] [--out DIR]
                        was every element of every recorded step what the method makes of it in float32?
  omg-oracle figures    [1|2] [--seed S] [--model resnet8|resnet20|resnet50] [--backend auto|tensorflow|webgpu|wasm|cpu] [--steps N] [--out DIR]
                        the paper's figures, computed and drawn; 1 trains for minutes
  omg-oracle init       [DIR] [--language javascript|python|rust] [--force]
                        writes a starter adapter that passes the gate
  omg-oracle claims     [ID]
                        what is checked, and what is known; of one claim everything: proof, counterexamples, how it is tested
  omg-oracle replay     FILE
                        a counterexample file, or every counterexample of a report.json
  omg-oracle report     [FILE] [--out DIR]
                        renders report.json (reports/out/report.json) as HTML, JUnit, SARIF and Markdown, and sums it up
  omg-oracle report merge  REPORT...  [--out DIR]
                        joins the report.json of every part of a run (--shard), and writes what the run would have written
  omg-oracle self-test  [--cases N] [--seed S] [--out DIR]
                        every saboteur must be caught, and every claim must catch one

  --json on any of them prints the machine-readable result alone on standard output; --debug shows where an unexpected error came from.
  Exit status: 0 as expected, 1 a claim is violated, 2 usage, 3 something (or the optimizer) did not run, 4 inconclusive or interrupted.
`;

/** An integer option within bounds. @throws {UsageError} */
export function integerOption(name: string, text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`expected --${name} to be an integer from ${min} to ${max}, got "${text}"`);
}

/** A number that `fits`. @param what says which do. @throws {UsageError} */
export function numberOption(name: string, text: string | undefined, fits: (x: number) => boolean, what: string): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? NaN : Number(text);
  if (Number.isFinite(value) && fits(value)) return value;
  throw new UsageError(`expected --${name} to be ${what}, got "${text}"`);
}

/** One of `known`. @param otherwise what to do where none fits. @throws {UsageError} another word. */
export function choiceOption<T extends string>(name: string, text: string, known: readonly T[], otherwise = ''): T {
  const found = known.find((one) => one === text);
  if (found !== undefined) return found;
  const near = closest(text, known);
  throw new UsageError(`expected --${name} to be one of ${known.join(', ')}, got "${text}"${near === null ? otherwise : `; did you mean "${near}"?`}`);
}

/** A JSON object. @param example one, for the message. @throws {UsageError} */
export function objectOption(name: string, text: string, example: string): Readonly<Record<string, Json>> {
  try {
    const value = parseJson(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, Json>>;
  } catch {
    // Told below, as everything else that is no object.
  }
  throw new UsageError(`expected --${name} to be a JSON object, such as '${example}', got ${text.length <= 200 ? text : `${text.slice(0, 200)}…`}`);
}

/** Milliseconds: what a timer of Node can wait, and no more. */
const LONGEST = 24 * 86_400_000;

/** "500ms", "60s", "2m" as milliseconds. @throws {UsageError} */
export function durationOption(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text);
  const factor = { ms: 1, s: 1000, m: 60_000 }[match?.[2] as 'ms' | 's' | 'm'];
  const value = Number(match?.[1]) * factor;
  if (match !== null && value > 0 && value <= LONGEST) return value;
  throw new UsageError(`expected --${name} to be a duration like 60s, 2m or 500ms${value > LONGEST ? ', of 24 days at most' : ''}, got "${text}"`);
}

/**
 * The members of `known` that a comma-separated list names, in the order of `known`.
 *
 * @param all a sentence that says where to find every name
 * @throws {UsageError} an unknown or empty name.
 */
export function namesOption<T extends { readonly id: string }>(text: string | undefined, known: readonly T[], all = '"omg-oracle claims" lists them all'): readonly T[] {
  if (text === undefined) return known;
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (known.some(({ id }) => id === name)) continue;
    const near = closest(name, known.map(({ id }) => id));
    throw new UsageError(`expected --claims to name claims, got "${name}"; ${near === null ? '' : `did you mean "${near}"? `}${all}`);
  }
  return known.filter(({ id }) => names.includes(id));
}
