import { writeSeconds } from '../../formats/go-duration';
import type { DesignText } from '../engine';
import { byId } from './dom';
import type { State } from './state';

let shown: DesignText = { name: 'canary.yaml', text: '' };

/** Shows the change, or the whole file. */
export function drawOutput(state: State): void {
  const change = state.evaluation?.change;
  if (change === undefined) return;
  const whole = byId<HTMLInputElement>('show-whole').checked;
  shown = whole ? change.whole : (change.change ?? { ...change.whole, text: '' });
  byId('yaml').textContent = shown.text || '# nothing is changed yet\n';
  byId('advice').textContent = change.advice;
  byId('command').textContent = commandOf(state);
}

/** What gives the same figures on the command line. */
function commandOf({ source, profile, profileName, seed, defaults }: State): string {
  const flags: string[] = [];
  const say = (flag: string, now: unknown, usual: unknown, text: string): void => {
    if (now !== usual || profileName !== undefined) flags.push(`--${flag} ${text}`);
  };
  if (profileName !== undefined) flags.push(`--profile ${profileName}`);
  const { rps, errorRate, baselineErrorRate, podStart, approvalAfter, scrapeInterval } = profile;
  if (typeof rps === 'number') say('rps', rps, defaults.rps, String(rps));
  say('error-rate', errorRate, defaults.errorRate, String(errorRate));
  say('baseline-error-rate', baselineErrorRate, defaults.baselineErrorRate, String(baselineErrorRate));
  say('pod-start', podStart, defaults.podStart, writeSeconds(podStart));
  say('approval-after', approvalAfter, defaults.approvalAfter, writeSeconds(approvalAfter));
  say('scrape-interval', scrapeInterval, defaults.scrapeInterval, writeSeconds(scrapeInterval));
  if (seed !== 1) flags.push(`--seed ${seed}`);
  return ['cdk8s-canary simulate', source.argument, ...flags].join(' ');
}

/** Copies what is shown. Without the clipboard's own interface, as in old browsers, the text is selected and copied. */
export async function copyOutput(): Promise<void> {
  const done = byId('done');
  try {
    await navigator.clipboard.writeText(shown.text);
  } catch {
    getSelection()?.selectAllChildren(byId('yaml'));
    if (!document.execCommand('copy')) {
      done.textContent = 'The browser does not let the page copy; the text is selected: press Ctrl+C.';
      return;
    }
  }
  done.textContent = 'Copied.';
}

export function downloadOutput(): void {
  const url = URL.createObjectURL(new Blob([shown.text], { type: 'application/yaml' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = shown.name.replace(/^.*\//, '');
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  byId('done').textContent = `Saved as ${link.download}.`;
}
