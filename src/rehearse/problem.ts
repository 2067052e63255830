/** A rehearsal cannot be held, or not be brought to an end: the message says why, and what would be right. */
export class RehearsalProblem extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RehearsalProblem';
  }
}
