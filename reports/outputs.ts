/** Every file that a run leaves behind, whatever it was a run of. */

import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { ClaimResult, Report, SubjectInfo } from '../src/verdict.js';
import { renderBadge } from './badge.js';
import { writeWhole } from '../src/base/files.js';
import { isGateReport } from './gate.js';
import { renderHtml } from './html.js';
import { counterexamplePath, writeCounterexample, writeReport } from './json.js';
import { renderJUnit } from './junit.js';
import { renderStepSummary } from './markdown.js';
import { renderSarif } from './sarif.js';

/** A path below `root` as it is said from there, with "/" on every system; null for what lies elsewhere or is no file. */
function below(root: string, path: string): string | null {
  const file = resolve(root, path);
  const said = relative(root, file);
  const isInside = said !== '' && !said.startsWith('..') && !isAbsolute(said);
  return isInside && existsSync(file) && statSync(file).isFile() ? said.replaceAll(sep, '/') : null;
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

/** The name of a counterexample's file: a gate has one result a claim. */
const fileName = (report: Report, { id, variant }: ClaimResult): string => (isGateReport(report) ? id : `${id}.${variant}`);

/**
 * Writes what is made from a report: report.html, junit.xml, results.sarif, badge.json and summary.md.
 * @param expected the expected-failures file, where there is one: what is wrong with it is shown there.
 * @returns the paths of the files, that for people first. @throws {OutputError}
 */
export async function writeRenderings(dir: string, report: Report, expected: string | null = null): Promise<readonly string[]> {
  const root = process.cwd();
  const listed = expected === null ? null : below(root, expected);
  // GitHub refuses results without a place: where no file of the repository can be named, the report has to do.
  const places = {
    artifact: subjectFile(report.subject ?? null, root) ?? listed ?? relative(root, join(dir, 'report.json')),
    expected: listed,
    ...(isGateReport(report) ? {} : { counterexample: (result: ClaimResult) => relative(root, counterexamplePath(dir, fileName(report, result))) }),
  };
  const rendered: readonly (readonly [name: string, text: string])[] = [
    ['report.html', await renderHtml(report)],
    ['junit.xml', renderJUnit(report)],
    ['results.sarif', renderSarif(report, places)],
    ['badge.json', renderBadge(report)],
    ['summary.md', renderStepSummary(report)],
  ];
  return rendered.map(([name, text]) => {
    const path = join(dir, name);
    writeWhole(path, text);
    return path;
  });
}

/**
 * Writes every file of a run into `dir`: those of {@link writeRenderings}, report.json, and counterexamples/CLAIM.VARIANT.json (of a gate, counterexamples/CLAIM.json).
 * @returns the paths of the files, those for people first. @throws {OutputError}
 */
export async function writeOutputs(dir: string, report: Report, expected: string | null = null): Promise<readonly string[]> {
  const counterexamples = report.claims.flatMap((result) => (result.counterexample === null ? [] : [writeCounterexample(dir, result.counterexample, fileName(report, result))]));
  const paths = await writeRenderings(dir, report, expected);
  // Last, as it says whether the run is complete.
  return [...paths, writeReport(dir, report), ...counterexamples];
}
