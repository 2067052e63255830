/**
 * A query of which each `{{args.…}}` is replaced by something as long that a parser accepts in its place: a duration in
 * a range, digits before a unit, letters elsewhere. So offsets stay what they were.
 */
export function withoutArguments(query: string): string {
  return query.replace(/\{\{[^{}]*\}\}/g, (mention, at: number) => {
    const before = query.slice(0, at);
    if (!/(\[|:|\boffset)\s*-?$/.test(before)) return 'x'.repeat(mention.length);
    const unit = /^[a-z]/.test(query.slice(at + mention.length));
    return unit ? '1'.padStart(mention.length, '0') : '5m'.padStart(mention.length, '0');
  });
}
