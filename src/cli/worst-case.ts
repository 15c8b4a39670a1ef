import { prepareFile, writeWhole } from '../base/files.js';
import { roundedUp } from '../../reports/rounded-up.js';
import { runnable } from '../../reports/wording.js';
import { isNotFixedStep } from '../gate/probe.js';
import { SubjectFailure, type Config, type Dtype } from '../gate/protocol.js';
import { boundOf, boundText, outName, standingOf, subjectWorstCase, wording, type Standing, type SubjectWorstCase } from '../gate/worst-case.js';
import { EXIT } from '../runner/exit-status.js';
import { Interrupted, openProver } from '../runner/prover.js';
import { parse, quoted, text } from './arguments.js';
import { QUIET, type Command, type Terminal } from './command.js';
import { nameOf, withOptimizer, worstCaseQuestion, type WorstCaseQuestion } from './worst-case-question.js';

interface WorstCaseRun extends WorstCaseQuestion {
  /** Where the certificate goes. */
  readonly certificate: string | null;
  readonly json: boolean;
}

/** What was found, and what may be said of it. */
interface Told {
  readonly whom: string;
  readonly config: Config;
  readonly options: WorstCaseQuestion['options'];
  readonly found: SubjectWorstCase;
  readonly standing: Standing;
}

const CERTIFICATE = '--certificate FILE';

/**
 * Proves how badly an optimizer may do, and says so.
 * @returns the exit status. @throws {OutputError} a certificate that cannot be written.
 */
async function worstCaseCommand({ subject, config, options, certificate: path, json }: WorstCaseRun, terminal: Terminal, signal: AbortSignal): Promise<number> {
  if (path !== null) prepareFile(path, CERTIFICATE);
  const prover = openProver(signal);
  const progress = ticking(terminal, options.horizon);
  try {
    return await withOptimizer(subject, signal, async (door) => {
      const { implementation, dtype } = await door.hello();
      const found = await subjectWorstCase(door, { ...options, config, dtype }, prover.worstCase);
      const whom = nameOf(subject, implementation);
      if (isNotFixedStep(found)) {
        progress.end();
        terminal.out(
          json
            ? `${JSON.stringify({ subject: whom, config, fixedStep: false, reason: found.reason })}\n`
            : `${whom}: its steps are not fixed, and only such have a worst case that can be computed: ${found.reason}\n`,
        );
        return EXIT.inconclusive;
      }
      const { certificate, statement } = found.worst;
      const written = JSON.stringify(certificate);
      // What is written is what is checked.
      const proved = certificate !== null && (await prover.check(written, statement)).valid;
      const standing = proved ? standingOf(found, dtype) : standingOf({ ...found, worst: { ...found.worst, certificate: null } }, dtype);
      progress.end();
      if (path !== null && certificate !== null) writeWhole(path, `${written}\n`, CERTIFICATE);
      const told = { whom, config, options, found, standing };
      terminal.out(json ? `${JSON.stringify(asJson(told))}\n` : described(told, path, dtype));
      return standing === 'tight' ? EXIT.ok : EXIT.inconclusive;
    });
  } catch (error) {
    progress.end();
    if (signal.aborted && (error instanceof Interrupted || error instanceof SubjectFailure)) {
      terminal.err('omg-oracle: interrupted: nothing was proved, and nothing is written\n');
      return EXIT.inconclusive;
    }
    if (!(error instanceof SubjectFailure)) throw error;
    terminal.err(`omg-oracle: ${[error.message, error.details].filter((part) => part !== '').join('\n')}\n`);
    return EXIT.notRun;
  } finally {
    progress.end();
    await prover.end();
  }
}

/** Says now and then that it is still at it, where somebody looks on. */
function ticking(terminal: Terminal, horizon: number): { readonly end: () => void } {
  if (!terminal.interactive) return { end: () => undefined };
  const began = Date.now();
  let shown = false;
  const timer = setInterval(() => {
    const spent = Date.now() - began;
    if (spent < QUIET) return;
    shown = true;
    terminal.err(`\r\u001b[Kproving the worst case after ${horizon} gradients: ${Math.round(spent / 1000)} s`);
  }, 500);
  return {
    end: () => {
      clearInterval(timer);
      if (shown) terminal.err('\r\u001b[K');
      shown = false;
    },
  };
}

function classText({ smoothness, strongConvexity }: WorstCaseQuestion['options']): string {
  return `every ${smoothness}-smooth ${strongConvexity === 0 ? '' : `${strongConvexity}-strongly `}convex f in every dimension`;
}

function described({ whom, config, options, found, standing }: Told, path: string | null, dtype: Dtype): string {
  const { worst: { certificate, statement, worst }, fractions, within, attained } = found;
  const { left, right } = wording(statement, outName(options));
  const bound = certificate === null ? `${nearest(boundOf(found.worst))} ${right}` : boundText(certificate.bound, right);
  const claims = {
    tight: `${left} ≤ ${bound}`,
    loose: `${left} is at most ${bound}, loose: nothing that was found does nearly as badly, and the worst case may be less by far`,
    estimate: `${left} ≈ ${bound}`,
    refuted: certificate === null
      ? `${left} ≈ ${bound} is what the solver has, and wrong`
      : `${left} ≤ ${bound} is proved of the steps below, and its own run does worse: it does not take them`,
  };
  const check = path === null ? 'checked exactly; --certificate FILE keeps it' : `checked exactly, and written: ${runnable(`certificate check ${quoted(path)}`)}`;
  const on = `on a function of ${worst.start.length} ${worst.start.length === 1 ? 'variable' : 'variables'}`;
  const lines = [
    `${whom}, ${JSON.stringify(config)}: ${options.horizon} ${options.horizon === 1 ? 'gradient' : 'gradients'}, ${classText(options)}`,
    `  ${claims[standing]}`,
    certificate === null
      ? '  not proved: its numbers are too far apart for a certificate from doubles'
      : `  proved by ${certificate.multipliers.length} inequalities of f, ${check}`,
    Number.isFinite(attained)
      ? `  attained by the optimizer itself: ${share(attained)} of it, ${on}`
      : `  the optimizer itself shows nothing of it ${on}: its run leaves the ${dtype === 'float32' ? 'floats' : 'doubles'}`,
    `  its steps, read off unit gradients to ±${within.toPrecision(1)}/L: ${fractions.found} of ${fractions.of} coefficients are fractions up to rounding${
      fractions.found < fractions.of ? ', the others stand for themselves' : ''
    }`,
  ];
  return `${lines.join('\n')}\n`;
}

const nearest = (x: number): string => String(Number(x.toPrecision(10)));
/** In per cent; what is many times as much, or next to nothing, as a power of ten. */
const share = (x: number): string => (x !== 0 && (x < 1e-6 || x >= 100) ? `${(100 * x).toExponential(2)} %` : `${(100 * x).toFixed(6)} %`);

function asJson({ whom, config, options, found: { steps, fractions, within, worst, attained }, standing }: Told): unknown {
  const { certificate, estimate, statement, worst: f } = worst;
  const { left, right } = wording(statement, outName(options));
  return {
    subject: whom,
    config,
    ...options,
    fixedStep: true,
    steps,
    fractions,
    within,
    left,
    right,
    bound: {
      value: boundOf(worst),
      exact: certificate?.bound ?? null,
      atMost: certificate === null ? null : roundedUp(certificate.bound, 10),
      proved: certificate !== null,
      standing,
      estimate,
    },
    attained,
    worstFunction: f,
    certificate,
  };
}

export const command: Command = (args, terminal, signal) => {
  const { values, words } = parse('worst-case', args);
  return worstCaseCommand({ ...worstCaseQuestion(values, words[0]), certificate: text(values, 'certificate') ?? null, json: values['json'] === true }, terminal, signal);
};
