import * as fc from 'fast-check';
import { lastFirst } from '../../src/lint-threads/counters';

test('the last task is begun first, and each once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), (tasks) => {
      let nth = 0;
      const next = lastFirst(() => nth++, tasks);
      const begun = Array.from({ length: tasks }, next);
      expect(begun[0]).toBe(tasks - 1);
      expect([...begun].sort((a, b) => a - b)).toEqual(Array.from({ length: tasks }, (_, task) => task));
      expect(next()).toBeGreaterThanOrEqual(tasks);
    }),
  );
});
