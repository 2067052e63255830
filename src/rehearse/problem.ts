/** A rehearsal cannot be started or finished. The message says why, and what to do. */
export class RehearsalProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RehearsalProblem';
  }
}
