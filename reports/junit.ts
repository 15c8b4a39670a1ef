/** A report as JUnit XML: a test suite with one test case a result, as Jenkins, GitLab and their kin read it. */

import type { ClaimResult, Report } from '../src/verdict.js';
import { accountLines, expectationText, hasVariants, headline, nameOf, note, outcome, resultName, toneOf, verbOf, verdictText } from './account.js';
import { clean } from './wording.js';

/** Text that XML 1.0 can have: as it is clean, but for U+FFFE and U+FFFF. */
const legal = (text: string): string => clean(text).replace(/[\ufffe\uffff]/gu, '\ufffd');

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;', '\t': '&#9;' };

const escapeText = (text: string): string => legal(text).replace(/[&<>]/gu, (character) => ENTITIES[character] ?? '');
// A parser turns line breaks in an attribute into spaces unless they are written as references.
const escapeAttribute = (text: string): string => legal(text).replace(/[&<>"\n\t]/gu, (character) => ENTITIES[character] ?? '');

type Attributes = Readonly<Record<string, string | number>>;

function element(name: string, attributes: Attributes, content: string): string {
  const said = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeAttribute(String(value))}"`).join('');
  return content === '' ? `<${name}${said}/>` : `<${name}${said}>${content}</${name}>`;
}

type Kind = 'passed' | 'failure' | 'error' | 'skipped';

interface TestCase {
  readonly name: string;
  readonly kind: Kind;
  readonly seconds: number;
  readonly type: string;
  readonly message: string;
  readonly body: string;
}

function kindOf(result: ClaimResult): Kind {
  if (result.expectation?.met === true) return 'skipped';
  switch (result.verdict) {
    case 'holds':
      return 'passed';
    case 'refuted':
      // That the paper is wrong is what the run was to show.
      return result.variant === 'printed' ? 'passed' : 'failure';
    case 'inapplicable':
    case 'skipped':
      return 'skipped';
    case 'crashed':
    case 'timed-out':
    case 'garbled':
    case 'errored':
      return 'error';
    default:
      return 'failure';
  }
}

function testCase(report: Report, result: ClaimResult): TestCase {
  const kind = kindOf(result);
  const told = [verdictText(result), note(result)].filter((part) => part !== '').join(': ');
  const body = ['bad', 'open', 'known'].includes(toneOf(result))
    ? [result.statement, ...accountLines(result, '  ', hasVariants(report))].join('\n')
    : (expectationText(result) ?? '');
  return { name: resultName(report, result), kind, seconds: result.seconds, type: result.verdict, message: told, body };
}

/** What goes wrong with a run beside its claims: that it was cut off or empty, and what is out of date in the expected failures. */
function ofTheRun(report: Report): readonly TestCase[] {
  const { complete, claims, expectations = [] } = report;
  const ended = outcome(report);
  const whole = { name: 'the run is complete', kind: 'error', seconds: 0 } as const;
  return [
    ...(complete ? [] : [{ ...whole, type: 'incomplete', message: ended.reason, body: 'What is missing here was not checked.' }]),
    ...(ended.word === 'not judged' ? [{ name: 'a method is named', kind: 'failure', seconds: 0, type: 'not-judged', message: ended.reason, body: '' } as const] : []),
    ...(ended.scope === null
      ? []
      : [{ name: 'everything is judged', kind: 'skipped', seconds: 0, type: 'not-judged', message: `${ended.word} ${ended.scope}`, body: '' } as const]),
    ...(complete && claims.length === 0 ? [{ ...whole, type: 'empty', message: 'no claim was run', body: '' }] : []),
    ...(expectations.length === 0
      ? []
      : [
        { name: 'the expected failures are up to date', kind: 'failure', seconds: 0, type: 'expectations', message: expectations[0] ?? '', body: expectations.join('\n') } as const,
      ]),
  ];
}

function rendered({ name, kind, seconds, type, message, body }: TestCase, suite: string): string {
  const said = kind === 'passed' ? (body === '' ? '' : element('system-out', {}, escapeText(`${message}\n${body}\n`))) : element(kind, { type, message }, escapeText(body));
  const verdict = said === '' ? '' : `\n      ${said}\n    `;
  return `    ${element('testcase', { name, classname: suite, time: seconds.toFixed(3) }, verdict)}\n`;
}

/**
 * The report as one JUnit document. Expected failures are skipped tests with their reason; a run that was cut off has a test that says so.
 * A printed statement that is refuted, as it should be, is a test that passed, with the counterexample in its output.
 */
export function renderJUnit(report: Report): string {
  const { subject = null, tool, seed, command, claims } = report;
  const suite = nameOf(report);
  const ended = outcome(report);
  const cases = [...ofTheRun(report), ...claims.map((result) => testCase(report, result))];
  const number = (kind: Kind): number => cases.filter((one) => one.kind === kind).length;
  const time = cases.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(3);
  const facts: Attributes = {
    tool: `${tool.name} ${tool.version}`,
    command,
    seed,
    outcome: `${headline(ended)} ${ended.reason}`,
    ...(subject === null ? {} : { source: subject.source, language: subject.language, dtype: subject.dtype, restarts: subject.restarts }),
  };
  const properties = Object.entries(facts).map(([name, value]) => element('property', { name, value }, '')).join('');
  const counts = { tests: cases.length, failures: number('failure'), errors: number('error') };
  const content = `\n    ${element('properties', {}, properties)}\n${cases.map((one) => rendered(one, suite)).join('')}  `;
  const timestamp = report.startedAt.replace(/(\.\d+)?Z$/u, '');
  const body = element('testsuite', { name: suite, ...counts, skipped: number('skipped'), time, timestamp }, content);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: `${tool.name} ${verbOf(report)}`, ...counts, time }, `\n  ${body}\n`)}\n`;
}
