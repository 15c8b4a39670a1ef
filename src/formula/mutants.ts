import { partsOf, type Node, type Statement, type Subscript } from './syntax.js';

/** A statement with one thing changed that somebody might get wrong. */
export interface Mutant {
  readonly text: string;
  /** What was changed, into what: "½ → 1". */
  readonly change: string;
}

/** Every coefficient, power, sign, summand, index and relation of a statement, changed one at a time. What says less only by its range or its "=" is left out: that it does is plain. */
export function mutants(statement: Statement): Mutant[] {
  const text = statement.text.normalize('NFD');
  const found = new Map<string, string>();
  const put = (at: number, end: number, by: string): void => {
    const whole = `${text.slice(0, at)}${by}${text.slice(end)}`.normalize('NFC');
    if (!found.has(whole) && whole !== text.normalize('NFC')) found.set(whole, `${text.slice(at, end).trim() || 'nothing'} → ${by.trim() || 'nothing'}`.normalize('NFC'));
  };
  for (const side of statement.sides) visit(side, text, put);
  let from = 0;
  for (const relation of statement.relations) {
    const said = relation.normalize('NFD');
    from = text.indexOf(said, from);
    for (const other of RELATIONS[relation] ?? []) put(from, from + said.length, other);
    from += said.length;
  }
  return [...found].map(([whole, change]) => ({ text: whole, change }));
}
const RELATIONS: Readonly<Record<string, readonly string[]>> = { '≤': ['=', '≥', '<'], '≥': ['=', '≤'], '=': ['≠'] };
const FRACTIONS: Readonly<Record<string, readonly string[]>> = { '½': ['1', '¼'], '¼': ['½', '⅛'], '⅓': ['½'], '⅔': ['⅓'] };

type Put = (at: number, end: number, by: string) => void;

function visit(node: Node, text: string, put: Put): void {
  switch (node.op) {
    case 'number': {
      const said = text.slice(node.at, node.end).trim();
      for (const other of FRACTIONS[said] ?? [String(node.numerator + 1), ...(node.numerator > 1 ? [String(node.numerator - 1), String(2 * node.numerator)] : [])])
        put(node.at, node.at + said.length, other);
      break;
    }
    case 'name':
    case 'call':
      subscripts(node, node.sub, text, put);
      break;
    case '+':
      for (const [i, { sign, node: part }] of node.parts.entries()) {
        // Where the sign stands before this part: a first one may have none.
        const before = i === 0 ? node.at : node.parts[i - 1]!.node.end;
        const own = text.slice(before, part.at).search(/[+−]/u);
        if (own >= 0) put(before + own, before + own + 1, sign === 1 ? '−' : '+');
        else put(part.at, part.at, '−');
        put(before, part.end, i > 0 ? ' ' : '0');
      }
      break;
    case '^': {
      const sign = text.lastIndexOf('²', node.end);
      if (sign >= node.a.end - 1) put(sign, sign + 1, '');
      break;
    }
    case '‖ ‖²': {
      const sign = text.indexOf('²', node.a.end);
      put(sign, sign + 1, '');
      break;
    }
    case 'Σ':
    case 'max over':
    case 'min over':
      if (node.over !== null) range(node, text, put);
      else if (node.op === 'Σ') { for (const over of ['_{t≥2}', '_{t<T}']) put(node.at + 1, node.at + 1, over); }
      break;
    default:
      break;
  }
  for (const part of partsOf(node)) visit(part, text, put);
}

/** Each index moved by one, T and 1 taken for one another. */
function subscripts(node: Node, all: readonly Subscript[], text: string, put: Put): void {
  if (all.length === 0) return;
  const start = text.indexOf('_', node.at);
  const end = text[start + 1] === '{' ? text.indexOf('}', start) + 1 : start + 2;
  const said = (one: Subscript): string => `${index(one.index)}${one.to === null ? '' : `:${index(one.to)}`}`;
  const write = (list: readonly Subscript[]): void => put(start, end, `_{${list.map(said).join(', ')}}`);
  for (const [i, one] of all.entries()) {
    const changed = (other: Subscript): void => write(all.map((old, k) => (k === i ? other : old)));
    const last = one.to ?? one.index;
    const moved = (variable: string | null, plus: number): void => changed(one.to === null ? { index: { variable, plus }, to: null } : { ...one, to: { variable, plus } });
    if (last.variable === null) moved('T', 0);
    else if (last.variable === 'T') moved(last.plus === 0 && one.to === null ? null : 'T', last.plus === 0 && one.to === null ? 1 : last.plus - 1);
    else moved(last.variable, last.plus === 0 ? -1 : 0);
  }
}
const index = ({ variable, plus }: Subscript['index']): string => (variable === null ? String(plus) : `${variable}${plus === 0 ? '' : plus < 0 ? ` − ${-plus}` : ` + ${plus}`}`);

/** s < t taken for s ≤ t, and the like. */
function range(node: Node, text: string, put: Put): void {
  const end = text[node.at + 2] === '{' ? text.indexOf('}', node.at) : node.at + 2;
  for (let i = node.at; i < end; i++) {
    const other = { '<': '≤', '≤': '<', '≥': '>', '>': '≥' }[text[i]!];
    if (other !== undefined) put(i, i + 1, other);
  }
}
