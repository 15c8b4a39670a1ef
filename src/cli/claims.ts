import type { Claim } from '../claim.js';
import { gateClaims } from '../gate/claims/index.js';
import type { Terminal } from './verify.js';

/** Lists what is checked: statement, hypotheses and what is known of each variant. */
export function listClaims(claims: readonly Claim[], json: boolean, terminal: Terminal): number {
  const rows = claims.map(({ id, source, printed, corrected, saboteurs }) => ({
    id, source, saboteurs,
    printed: { statement: printed.statement, hypotheses: printed.hypotheses, strength: printed.strength, expected: printed.expected, arithmetic: printed.arms.map((one) => one.arithmetic) },
    corrected: { statement: corrected.statement, hypotheses: corrected.hypotheses, strength: corrected.strength, expected: corrected.expected, arithmetic: corrected.arms.map((one) => one.arithmetic), coverage: corrected.coverage },
  }));
  if (json) {
    terminal.out(`${JSON.stringify(rows)}\n`);
    return 0;
  }
  for (const { id, source, printed, corrected } of rows) {
    const same = printed.statement === corrected.statement;
    terminal.out(`${id}  (Section ${source.section}, ${source.label}; ${corrected.strength}; ${corrected.arithmetic.join(', ')})\n`);
    terminal.out(`  as printed, ${printed.expected === 'refuted' ? 'false' : 'true'}: ${printed.statement}\n`);
    if (!same) terminal.out(`  corrected:  ${corrected.statement}\n`);
    terminal.out(`  provided that ${corrected.hypotheses.join('; ')}\n\n`);
  }
  terminal.out(`${rows.length} claims, ${rows.filter((row) => row.printed.expected === 'refuted').length} of them false as printed\n`);
  terminal.out(`"omg-oracle gate" asks of an optimizer: ${gateClaims.map(({ id }) => id).join(', ')}; docs/GATE.md says what each is\n`);
  return 0;
}
