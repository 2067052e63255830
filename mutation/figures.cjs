// The arithmetic of a sample of mutants: which are drawn, what their results say about all, and the table for the docs.
'use strict';

/** Random numbers in [0, 1) that depend on the seed alone (mulberry32). */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws some of a list without replacement, each subset as likely as any other, in the order of the list. */
function draw(list, count, seed) {
  const random = randomOf(seed);
  const places = list.map((_, i) => i);
  const drawn = Math.min(count, list.length);
  for (let i = 0; i < drawn; i++) {
    const other = i + Math.floor(random() * (places.length - i));
    [places[i], places[other]] = [places[other], places[i]];
  }
  return places
    .slice(0, drawn)
    .sort((a, b) => a - b)
    .map((place) => list[place]);
}

/** The 95 % interval of a share (Wilson's score interval), as two shares. */
function interval(hits, count, z = 1.959964) {
  if (count === 0) return [0, 1];
  const share = hits / count;
  const spread = 1 + (z * z) / count;
  const centre = (share + (z * z) / (2 * count)) / spread;
  const half = (z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count))) / spread;
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** A text for people: two words with a blank between them. */
const isProse = ({ mutatorName, original }) =>
  mutatorName === 'StringLiteral' && /\p{L}[,:;.)]* \(?[\p{L}$]/u.test(original);

const STATUSES = ['Killed', 'Timeout', 'Survived', 'NoCoverage', 'RuntimeError'];

/** How many mutants came out how. An error while a mutant runs is no verdict, so it is in no score. */
function tally(mutants) {
  const counts = Object.fromEntries(
    STATUSES.map((name) => [name, mutants.filter(({ status }) => status === name).length]),
  );
  const detected = counts.Killed + counts.Timeout;
  return { ...counts, detected, valid: detected + counts.Survived + counts.NoCoverage };
}

const percent = (share) => `${(share * 100).toFixed(1)} %`;
const range = ([low, high]) => `${(low * 100).toFixed(1)} to ${percent(high)}`;
const thousands = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

/**
 * The total over folders, weighted by how many mutants each has, and its 95 % interval. Each folder is a sample of its own,
 * so the variances add up; a share with one more hit and one more miss keeps the variance of 100 % from being nought.
 */
function total(folders) {
  const all = folders.reduce((sum, { mutants }) => sum + mutants, 0);
  const weights = folders.map(({ mutants }) => mutants / all);
  const share = folders.reduce((sum, { detected, valid }, i) => sum + (weights[i] * detected) / valid, 0);
  const variance = folders.reduce((sum, { detected, valid }, i) => {
    const smooth = (detected + 1) / (valid + 2);
    return sum + weights[i] ** 2 * ((smooth * (1 - smooth)) / valid);
  }, 0);
  const half = 1.959964 * Math.sqrt(variance);
  return { share, interval: [Math.max(0, share - half), Math.min(1, share + half)] };
}

/**
 * The table of a run.
 *
 * @param folders by name, how many mutants there are, how many of them are prose, and the results of those drawn
 */
function table(folders) {
  const rows = folders.map(({ name, mutants, prose, results }) => {
    const code = results.filter((one) => !isProse(one));
    return { name, mutants: mutants - prose, drawn: code.length, ...tally(code), all: tally(results), every: mutants };
  });
  const head = [
    '| folder | mutants | drawn | killed | timed out | survived | no coverage | score | 95 % interval | with prose |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
  ];
  const body = rows.map((row) =>
    [
      `\`src/${row.name}\``,
      thousands(row.mutants),
      row.drawn,
      row.Killed,
      row.Timeout,
      row.Survived,
      row.NoCoverage,
      percent(row.detected / row.valid),
      range(interval(row.detected, row.valid)),
      `${percent(row.all.detected / row.all.valid)} of ${row.all.valid}`,
    ].join(' | '),
  );
  if (rows.length > 1) {
    const sum = (of) => rows.reduce((whole, row) => whole + of(row), 0);
    const code = total(rows);
    const every = total(rows.map((row) => ({ ...row.all, mutants: row.every })));
    body.push(
      [
        'all, by their mutants',
        thousands(sum((row) => row.mutants)),
        ...['drawn', 'Killed', 'Timeout', 'Survived', 'NoCoverage'].map((of) => sum((row) => row[of])),
        percent(code.share),
        range(code.interval),
        percent(every.share),
      ].join(' | '),
    );
  }
  return [...head, ...body.map((line) => `| ${line} |`)].join('\n');
}

/** What stands between the marks of a section, replaced. */
function replaceSection(page, section, text) {
  const [begin, end] = [`<!-- ${section} -->`, `<!-- /${section} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no section ${section}`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}

module.exports = { draw, interval, isProse, tally, total, table, replaceSection };
