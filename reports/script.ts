/** What the page of a report does for whoever lets it: it finds claims, copies commands and opens what is closed. Without it nothing is missing but that. */

// It handles text alone: nothing of a report becomes markup or code here. No "</" may stand in it.
export const SCRIPT = `
'use strict';
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];

  for (const box of all('.copy')) {
    const code = box.firstElementChild;
    // On one line, as it is shown: a line break would run what is before it where it is pasted.
    const text = code.textContent.trim().replace(/\\s+/gu, ' ');
    const button = document.createElement('button');
    const say = (word) => { button.textContent = word; };
    button.type = 'button';
    button.setAttribute('aria-live', 'polite');
    button.title = text;
    say('Copy');
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(text);
        say('Copied');
      } catch {
        getSelection().selectAllChildren(code);
        say('Selected');
      }
      setTimeout(say, 2000, 'Copy');
    });
    box.append(button);
  }

  const search = document.querySelector('.search');
  if (search === null) return;
  const [words, verdict, found, opener] = ['search-words', 'search-verdict', 'search-found', 'open-all'].map((id) => document.getElementById(id));
  const claims = new Map();
  for (const item of all('[data-claim]')) {
    const { claim } = item.dataset;
    if (!claims.has(claim)) claims.set(claim, { items: [], verdicts: new Set(), text: '' });
    const known = claims.get(claim);
    known.items.push(item);
    for (const one of item.dataset.verdict.split(' ')) known.verdicts.add(one);
    known.text += item.textContent.toLowerCase() + '\\n';
  }

  const show = () => {
    const wanted = words.value.toLowerCase().split(/\\s+/u).filter((word) => word !== '');
    let number = 0;
    for (const { items, verdicts, text } of claims.values()) {
      const fits = (verdict.value === '' || verdicts.has(verdict.value)) && wanted.every((word) => text.includes(word));
      for (const item of items) item.hidden = !fits;
      if (fits) number += 1;
    }
    for (const group of all('[data-group]')) group.hidden = group.querySelector('[data-claim]') !== null && group.querySelector('[data-claim]:not([hidden])') === null;
    found.textContent = number + ' of ' + claims.size + (claims.size === 1 ? ' claim' : ' claims');
  };
  words.addEventListener('input', show);
  verdict.addEventListener('change', show);

  // A link leads to what it says, also where that is not among what was looked for.
  document.addEventListener('click', ({ target }) => {
    const link = target.closest('a[href^="#"]');
    const to = link === null ? null : document.getElementById(link.getAttribute('href').slice(1));
    if (to === null || to.closest('[hidden]') === null) return;
    words.value = '';
    verdict.value = '';
    show();
  });

  const details = all('main details');
  opener.hidden = details.length === 0;
  opener.addEventListener('click', () => {
    const open = details.some((one) => !one.open);
    for (const one of details) one.open = open;
    opener.textContent = open ? 'Close everything' : 'Open everything';
  });

  search.hidden = false;
  show();
})();
`;
