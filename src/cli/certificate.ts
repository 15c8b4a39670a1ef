import { LARGEST, readJson } from '../../reports/input.js';
import type { Certificate } from '../../oracles/performance-estimation/certificate.js';
import { check } from '../../oracles/performance-estimation/check.js';
import { checkRegret } from '../../oracles/performance-estimation/check-regret.js';
import type { RegretCertificate } from '../../oracles/performance-estimation/regret-certificate.js';
import { rational } from '../arithmetic/rational.js';
import { wording } from '../gate/worst-case.js';
import { EXIT } from '../runner/exit-status.js';
import { parse } from './arguments.js';
import type { Command } from './command.js';
import { UsageError } from './usage.js';

/** Fractions with longer terms tell a reader nothing. */
const READABLE = 24;
const decimal = (x: number): string => x.toPrecision(10).replace(/\.?0+(?=e|$)/, '');

export function boundText(bound: string | null, value: number, unit: string): string {
  return bound !== null && bound.length <= READABLE && bound.includes('/') ? `${bound} ${unit} (${decimal(value)})` : `${decimal(value)} ${unit}`;
}

/** Says whether a certificate proves what it states, and what that is. @throws {InputError} a file that cannot be read. */
export const command: Command = (args, terminal) => {
  const { values, words } = parse(args, [], 2);
  if (words[0] !== 'check' || words[1] === undefined) throw new UsageError('expected a file: omg-oracle certificate check FILE');
  const certificate = read(words[1]);
  const ofRegret = isOfRegret(certificate);
  const verdict = ofRegret ? checkRegret(certificate) : check(certificate);
  if (values['json'] === true) terminal.out(`${JSON.stringify(verdict)}\n`);
  else if (!verdict.valid) terminal.out(`refused: ${verdict.reason}\n`);
  else terminal.out(ofRegret ? provedRegret(certificate) : proved(certificate as Certificate));
  return verdict.valid ? EXIT.ok : EXIT.violated;
};

function read(path: string): unknown {
  return readJson(path, { expected: `a certificate in ${path}`, remedy: 'Give a file that "omg-oracle worst-case … --certificate FILE" wrote.' }, LARGEST.certificate);
}

/** By its format; whatever else it says is the checker's to believe. */
function isOfRegret(certificate: unknown): certificate is RegretCertificate {
  return typeof certificate === 'object' && certificate !== null && String((certificate as { format?: unknown }).format).startsWith('omg-oracle worst regret');
}

function provedRegret({ set, rates, hints, bound, comparator, budget, normals }: RegretCertificate): string {
  const number = (text: string): number => rational.toNumber(rational.from(text));
  const hinted = hints === 'given' ? 'any hints' : hints.every((row) => row.every((entry) => entry === '0')) ? 'no hints' : 'hints that are the combinations of losses in the file';
  const where = set === 'space' ? 'W = Rᵐ' : 'W the ball of radius D, and every closed convex W = −W in it';
  return [
    `valid: R(${rates.length}) = Σα_t⟨g_t, w_t − u⟩ ≤ ${boundText(bound, number(bound), 'DG')}`,
    `  for all linear losses in every dimension with Σα_t²‖g_t − g̃_t‖² ≤ G², ‖u‖ ≤ D, ${where},`,
    `  of AO-FTRL (Eq. 4) with ${hinted} and rates ${rates.length <= SHOWN ? rates.join(', ') : `${rates[0]} to ${rates.at(-1)!.length <= READABLE ? rates.at(-1)! : decimal(number(rates.at(-1)!))}`} times D/G,`,
    `  by ${decimal(number(comparator))}‖u‖²/D² + ${decimal(number(budget))}Σα_t²‖g_t − g̃_t‖²/G² and ${normals.length} conditions of projections`, '',
  ].join('\n');
}

/** Of longer methods the file itself tells the steps. */
const SHOWN = 6;

function proved(certificate: Certificate): string {
  const { method: { queries, output }, strongConvexity, bound, multipliers } = certificate;
  const { left, right } = wording(certificate, 'out');
  const move = (step: string, j: number): string => {
    const [p, q] = step.replace('-', '').split('/');
    return step === '0' ? '' : ` ${step.startsWith('-') ? '+' : '−'} (${p}/${q === undefined ? 'L' : `(${q}L)`})∇f(y_${j})`;
  };
  const point = (row: readonly string[]): string => `x_0${row.map(move).join('')}`;
  const rows = [...queries.map((row, i) => `  y_${i} = ${point(row)}`), `  out = ${point(output)}`];
  return [
    `valid: ${left} ≤ ${boundText(bound, rational.toNumber(rational.from(bound)), right)}`,
    `  for every L-smooth ${strongConvexity === '0' ? '' : `${strongConvexity}·L-strongly `}convex f in every dimension, by ${multipliers.length} inequalities, of the method`,
    ...(queries.length <= SHOWN ? rows : [`  of ${queries.length} gradients whose steps are in the file`]), '',
  ].join('\n');
}
