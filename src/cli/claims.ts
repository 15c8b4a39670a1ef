import { gateClaims } from '../gate/claims/index.js';
import { EXIT } from '../runner/exit-status.js';
import { loadClaims } from '../runner/load-claims.js';
import { parse, text } from './arguments.js';
import type { Command } from './command.js';
import { namesOption } from './usage.js';

/** Lists what is checked: statement, hypotheses and what is known of each variant. */
export const command: Command = async (args, terminal) => {
  const { values } = parse(args, ['claims'], 0);
  const claims = namesOption(text(values, 'claims'), await loadClaims());
  const rows = claims.map(({ id, source, printed, corrected, saboteurs }) => ({
    id, source, saboteurs,
    printed: { statement: printed.statement, hypotheses: printed.hypotheses, strength: printed.strength, expected: printed.expected, arithmetic: printed.arms.map((one) => one.arithmetic) },
    corrected: { statement: corrected.statement, hypotheses: corrected.hypotheses, strength: corrected.strength, expected: corrected.expected, arithmetic: corrected.arms.map((one) => one.arithmetic), coverage: corrected.coverage },
  }));
  if (values['json'] === true) {
    terminal.out(`${JSON.stringify(rows)}\n`);
    return EXIT.ok;
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
  return EXIT.ok;
};
