import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { validateXML } from 'xmllint-wasm';

const schemas = new URL('../../../test/fixtures/schemas/', import.meta.url);
const XSD = readFileSync(new URL('junit-10.xsd', schemas), 'utf8');

/** What Jenkins' schema for JUnit's XML has against a document. */
export async function junitErrors(xml: string): Promise<readonly unknown[]> {
  const { valid, errors } = await validateXML({ xml: [{ fileName: 'junit.xml', contents: xml }], schema: [{ fileName: 'junit-10.xsd', contents: XSD }] });
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
const validate = ajv.compile(JSON.parse(readFileSync(new URL('sarif-schema-2.1.0.json', schemas), 'utf8')) as object);

/** What the schema of SARIF 2.1.0 has against a log. */
export function sarifErrors(text: string): readonly unknown[] {
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
