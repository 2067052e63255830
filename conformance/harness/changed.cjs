// Kept cases say how they differ from a set that everybody accepts.
const { parseAllDocuments } = require('yaml');

const isMapping = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A JSON merge patch (RFC 7386): null takes away, lists are replaced. */
function merged(value, patch) {
  if (!isMapping(patch)) return patch;
  const made = isMapping(value) ? { ...value } : {};
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete made[key];
    else made[key] = merged(made[key], change);
  }
  return made;
}

const read = (text) =>
  parseAllDocuments(text)
    .map((document) => document.toJS())
    .filter(Boolean);

/**
 * The manifests of a case: its own, or those of one of the `sets` with what it takes away (`drop`), changes (`change`, a
 * merge patch by `Kind` or `Kind name`) and adds (`add`).
 */
function manifestsOf({ manifests, set, drop = [], change = {}, add = '' }, sets) {
  if (manifests !== undefined) return read(manifests);
  if (sets?.[set] === undefined) throw new Error(`no set is called ${set}`);
  const names = ({ kind, metadata }) => [kind, `${kind} ${metadata.name}`];
  const kept = read(sets[set]).filter((one) => !names(one).some((name) => drop.includes(name)));
  const unused = new Set([...Object.keys(change)]);
  const changed = kept.map((one) =>
    names(one).reduce((value, name) => {
      unused.delete(name);
      return merged(value, change[name] ?? {});
    }, one),
  );
  if (unused.size > 0) throw new Error(`the set ${set} has no ${[...unused].join(', ')}`);
  return [...changed, ...read(add)];
}

module.exports = { manifestsOf };
