/** Every file that a run of the gate leaves behind. */

import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { SubjectInfo } from '../src/verdict.js';
import { renderBadge } from './badge.js';
import { writeWhole } from './files.js';
import type { GateReport } from './gate.js';
import { renderHtml } from './html.js';
import { writeCounterexample, writeReport } from './json.js';
import { renderJUnit } from './junit.js';
import { renderStepSummary } from './markdown.js';
import { renderSarif } from './sarif.js';

/** A path below `root` as it is said from there; null for what lies elsewhere or is no file. */
function below(root: string, path: string): string | null {
  const file = resolve(root, path);
  const said = relative(root, file);
  const isInside = said !== '' && !said.startsWith('..') && !isAbsolute(said);
  return isInside && existsSync(file) && statSync(file).isFile() ? said : null;
}

/**
 * The file of the repository that a reader has to mend: the module, or the first word of the command that is a file. Null where no word is.
 * @param root the folder from which the paths are said.
 */
export function subjectFile(subject: SubjectInfo | null, root: string = process.cwd()): string | null {
  if (subject === null) return null;
  const words = subject.door === 'module' ? [subject.source] : [...subject.source.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/gu)].map(([, a, b, c]) => a ?? b ?? c ?? '');
  return words.map((word) => (word === '' ? null : below(root, word))).find((path) => path !== null) ?? null;
}

/**
 * Writes report.json, report.html, junit.xml, results.sarif, badge.json, summary.md and counterexamples/CLAIM.json into `dir`.
 * @param expected the expected-failures file, where there is one: what is wrong with it is shown there.
 * @returns the paths of the files, those for people first. @throws {OutputError}
 */
export function writeGateOutputs(dir: string, report: GateReport, expected: string | null = null): readonly string[] {
  const root = process.cwd();
  const listed = expected === null ? null : below(root, expected);
  // GitHub refuses results without a place: where no file of the repository can be named, the report has to do.
  const places = { artifact: subjectFile(report.subject, root) ?? listed ?? relative(root, join(dir, 'report.json')), expected: listed };
  const rendered: readonly (readonly [name: string, text: string])[] = [
    ['report.html', renderHtml(report)],
    ['junit.xml', renderJUnit(report)],
    ['results.sarif', renderSarif(report, places)],
    ['badge.json', renderBadge(report)],
    ['summary.md', renderStepSummary(report)],
  ];
  const counterexamples = report.claims.flatMap(({ id, counterexample }) => (counterexample === null ? [] : [writeCounterexample(dir, counterexample, id)]));
  const paths = rendered.map(([name, text]) => {
    const path = join(dir, name);
    writeWhole(path, text);
    return path;
  });
  // Last, as it says whether the run is complete.
  return [...paths, writeReport(dir, report), ...counterexamples];
}
