import { renderClaimText } from '../../reports/claim-page.js';
import { gateClaims } from '../gate/claims/index.js';
import { claimInfo } from '../runner/claim-info.js';
import { EXIT } from '../runner/exit-status.js';
import { loadClaims } from '../runner/load-claims.js';
import { closest } from '../base/closest.js';
import { parse, text } from './arguments.js';
import type { Command, Terminal } from './command.js';
import { UsageError, namesOption } from './usage.js';

/** Everything that is known of one claim, as on its page in docs/claims. @throws {UsageError} no claim's name. */
async function showOne(id: string, json: boolean, terminal: Terminal): Promise<number> {
  const claims = await loadClaims();
  const claim = claims.find((one) => one.id === id);
  if (claim === undefined) {
    const near = closest(id, claims.map((one) => one.id));
    throw new UsageError(`expected a claim, got "${id}"; ${near === null ? '' : `did you mean "${near}"? `}"omg-oracle claims" lists them all`);
  }
  const info = claimInfo(claim);
  terminal.out(json ? `${JSON.stringify(info)}\n` : renderClaimText(info));
  return EXIT.ok;
}

/** Lists what is checked: statement, hypotheses and what is known of each variant; or tells all of one claim. */
export const command: Command = async (args, terminal) => {
  const { values, words: [id] } = parse('claims', args);
  if (id !== undefined) return showOne(id, values['json'] === true, terminal);
  const claims = namesOption(text(values, 'claims'), await loadClaims());
  const rows = claims.map(({ id, source, printed, corrected, saboteurs }) => ({
    id,
    source,
    saboteurs,
    printed: {
      statement: printed.statement,
      hypotheses: printed.hypotheses,
      strength: printed.strength,
      expected: printed.expected,
      arithmetic: printed.arms.map((one) => one.arithmetic),
    },
    corrected: {
      statement: corrected.statement,
      hypotheses: corrected.hypotheses,
      strength: corrected.strength,
      expected: corrected.expected,
      arithmetic: corrected.arms.map((one) => one.arithmetic),
      coverage: corrected.coverage,
    },
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
  terminal.out(
    `${rows.length} claims, ${rows.filter((row) => row.printed.expected === 'refuted').length} of them false as printed; "omg-oracle claims ID" tells all of one, with its proof\n`,
  );
  terminal.out(`"omg-oracle gate" asks of an optimizer: ${gateClaims.map(({ id }) => id).join(', ')}; docs/GATE.md says what each is\n`);
  return EXIT.ok;
};
