// The smallest set that still shows something.

/** Whole objects first, then fields from the outside in. Stops when the time is up. */
export async function smallest(manifests, shows, milliseconds) {
  const end = performance.now() + milliseconds;
  let best = manifests;
  const attempt = async (change) => {
    if (performance.now() > end) return false;
    const tried = structuredClone(best);
    change(tried);
    if (!(await shows(tried))) return false;
    best = tried;
    return true;
  };
  for (let at = best.length - 1; at >= 0; at--) await attempt((set) => set.splice(at, 1));
  for (let at = 0; at < best.length; at++) {
    let level = keysOf(best[at]).flatMap((key) => (key === 'kind' || key === 'apiVersion' ? [] : [[key]]));
    while (level.length > 0) {
      const left = [];
      for (const path of level.reverse()) {
        if (!(await attempt((set) => removeAt(set[at], path)))) left.push(path);
      }
      level = left.flatMap((path) =>
        keysOf(path.reduce((value, key) => value?.[key], best[at])).map((key) => [...path, key]),
      );
    }
  }
  return best;
}

const keysOf = (value) => {
  if (Array.isArray(value)) return [...value.keys()];
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
};

function removeAt(manifest, path) {
  const container = path.slice(0, -1).reduce((value, key) => value?.[key], manifest);
  const key = path[path.length - 1];
  if (Array.isArray(container)) container.splice(key, 1);
  else if (container) delete container[key];
}
