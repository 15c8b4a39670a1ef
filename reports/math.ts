/** The claims' plain-text mathematics ("f(x̄_T) − f(x*) ≤ λL‖w*‖²/(2T)") taken apart for typesetting. */

/** `letter`: a variable, to be set in italics. `text`: all else. Under or over the line: what `_` and `^` said. */
export interface Token {
  readonly kind: 'text' | 'letter' | 'sub' | 'sup';
  readonly text: string;
}

/** Two letters in a row are a product ("Aw", "cw") unless they are one of these. */
const SHORT_WORDS = new Set(
  (
    'an as at be by do if in is it no of on or so to up us we vs eq th ln lr id ' +
    'An As At By Do If In Is It No Of On Or So To We Eq Th'
  ).split(' '),
);

// Upright like in print: capital Greek (Σ, Π), blackboard bold, and the raised letters of Aᵀ and Rⁿ.
const UPRIGHT = '[\\p{Lm}Α-Ωℂℍℕℙℚℝℤ]';
const LETTER = `(?!${UPRIGHT})\\p{L}\\p{M}*`;
// Without braces an index is one letter (β_tDφ is a product), one number, a word (x_max), the round before or after (x_t−1), or which norm it is (‖g‖²_(t),*).
const TOKEN = new RegExp(
  [
    '([_^])(?:\\{([^{}]*)\\}|(\\([^()]*\\)(?:,\\*)?|[ts][−+]1(?![\\p{L}\\d_^(])|[a-z]{3,}(?![\\p{L}_^])|\\d+|\\p{L}\\p{M}*|\\*))',
    "((?<=['’])\\p{L}+|\\b(?:e\\.g|i\\.e)\\.|[A-Za-z]{2,}(?!\\p{M}))",
    `(${LETTER})`,
    `(?:[^\\p{L}_^]|${UPRIGHT})+|[_^]`,
  ].join('|'),
  'gu',
);

/** Line breaks go after a sign, never before it, and "Theorem 1" stays together. */
function bound(statement: string): string {
  return statement
    .replace(/ (?=[=≤≥<>≠≡∈+−·×] )/gu, '\u00a0')
    .replace(/\b(Algorithm|Assumption|Corollary|Definition|Eq\.|Figure|Lemma|Section|Theorem) (?=[\d(])/gu, '$1\u00a0');
}

/** Splits a statement into tokens. Their texts put together are the statement without its `_`, `^` and braces. */
export function tokens(statement: string): readonly Token[] {
  return [...bound(statement).matchAll(TOKEN)].flatMap(([whole, script, group, name = '', word, letter]): Token[] => {
    if (script !== undefined) return [{ kind: script === '_' ? 'sub' : 'sup', text: group ?? name }];
    if (word !== undefined) {
      const isProduct = word.length === 2 && !SHORT_WORDS.has(word);
      return isProduct ? word.split('').map((text) => ({ kind: 'letter', text })) : [{ kind: 'text', text: word }];
    }
    if (letter !== undefined) return [{ kind: letter === 'a' ? 'text' : 'letter', text: letter }];
    return [{ kind: 'text', text: whole }];
  });
}
