/** @file Browsers by their names. */
import { expect, test } from 'vitest';
import { describeUserAgent } from './user-agent.ts';

const LINUX = 'Mozilla/5.0 (X11; Linux x86_64)';
const KHTML = 'AppleWebKit/537.36 (KHTML, like Gecko)';

test.each([
  [`${LINUX} ${KHTML} Chrome/148.0.0.0 Safari/537.36`, 'Chrome or Chromium on Linux'],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${KHTML} Chrome/148.0.0.0 Safari/537.36 Edg/148.0.0.0`,
    'Edge on Windows',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0', 'Firefox on Linux'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
    'Safari on an iPhone',
  ],
  ['curl/8.14.1', 'curl/8.14.1'],
])('%s', (text, words) => {
  expect(describeUserAgent(text)).toBe(words);
});
