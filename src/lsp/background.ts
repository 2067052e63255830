/** How long work goes on before messages of the editor are read, in milliseconds. */
const AT_ONCE = 15;

/** Work that is done in short steps, so that the editor is answered in between. Newer work replaces it. */
export class Background {
  private current?: Iterator<void, void>;
  private timer?: NodeJS.Timeout;

  /**
   * Starts work after a delay, in place of any that is under way.
   *
   * @param delay in milliseconds
   * @param failed Called with what the work throws.
   */
  start(work: () => Iterator<void, void>, delay: number, failed: (error: unknown) => void): void {
    this.stop();
    this.timer = setTimeout(() => {
      const steps = work();
      this.current = steps;
      const go = (): void => {
        if (this.current !== steps) return;
        try {
          const until = performance.now() + AT_ONCE;
          while (performance.now() < until) {
            if (!steps.next().done) continue;
            this.current = undefined;
            return;
          }
        } catch (error) {
          this.current = undefined;
          failed(error);
          return;
        }
        // Behind the messages that have arrived in the meantime.
        setImmediate(go);
      };
      go();
    }, delay);
  }

  /** Gives up what is under way. */
  stop(): void {
    clearTimeout(this.timer);
    this.current = undefined;
  }
}
