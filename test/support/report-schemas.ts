import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { Ajv } from 'ajv';
import { validateXML } from 'xmllint-wasm';
import { once } from './once.js';

const JUNIT = new URL('../../../.schemas/junit-10.xsd', import.meta.url);
const SARIF = new URL('../../../.schemas/sarif-schema-2.1.0.json', import.meta.url);

/** Which schemas .ci/schemas has fetched; a line on standard output for each that is not there, so that a skip is seen. */
export const HAS = { junit: has(JUNIT, 'JUnit'), sarif: has(SARIF, 'SARIF') };

function has(schema: URL, format: string): boolean {
  const found = existsSync(schema);
  if (!found) process.stdout.write(`skipped: no schema of ${format}; .ci/schemas fetches it\n`);
  return found;
}

/** What Jenkins' schema for JUnit's XML has against a document. */
export async function junitErrors(xml: string): Promise<readonly unknown[]> {
  const { valid, errors } = await validateXML({ xml: [{ fileName: 'junit.xml', contents: xml }], schema: [{ fileName: 'junit-10.xsd', contents: readFileSync(JUNIT, 'utf8') }] });
  return valid || errors.length > 0 ? errors : ['not valid'];
}

// A pattern of the schema (for languages) is none under the rules for Unicode.
const ajv = new Ajv({
  strict: false,
  unicodeRegExp: false,
  formats: {
    uri: (text: string) => URL.canParse(text),
    'uri-reference': (text: string) => URL.canParse(text, 'file:///'),
    'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
  },
});
const validator = once(() => ajv.compile(JSON.parse(readFileSync(SARIF, 'utf8')) as object));

/** What the schema of SARIF 2.1.0 has against a log. */
export function sarifErrors(text: string): readonly unknown[] {
  const validate = validator();
  validate(JSON.parse(text));
  return validate.errors ?? [];
}

/** What the tests read of a log. */
export interface Sarif {
  readonly runs: readonly [{
    readonly tool: {
      readonly driver: { readonly name: string; readonly version: string; readonly rules: readonly { readonly id: string; readonly help: { readonly text: string } }[] };
    };
    readonly invocations: readonly [{ readonly exitCode: number; readonly executionSuccessful: boolean; readonly commandLine: string }];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly [{ readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } }];
      readonly partialFingerprints: Readonly<Record<string, string>>;
      readonly suppressions?: readonly { readonly justification: string }[];
    }[];
  }];
}
