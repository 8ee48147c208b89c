/** @file What a person sees in the terminal: steps, one progress line, and the result. */

const BAR_WIDTH = 24;

/** Writes to standard error, so that standard output carries results only. */
export function say(line: string): void {
  clearProgress();
  process.stderr.write(`${line}\n`);
}

/** Rewrites one line on a terminal; elsewhere prints a line whenever `label` changes. */
export function showProgress(label: string, share: number, secondsLeft: number | null): void {
  if (!process.stderr.isTTY) {
    if (label !== lastLabel) process.stderr.write(`${label}\n`);
    lastLabel = label;
    return;
  }
  const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  const left = secondsLeft === null ? '' : `  ${formatSeconds(secondsLeft)} left`;
  process.stderr.write(
    `\r\u001B[K${bar} ${(share * 100).toFixed(0).padStart(3)} %  ${label}${left}`,
  );
  hasProgressLine = true;
}

/** `95` → `1 min 35 s`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

let hasProgressLine = false;
let lastLabel = '';

function clearProgress(): void {
  if (!hasProgressLine) return;
  process.stderr.write('\r\u001B[K');
  hasProgressLine = false;
}
