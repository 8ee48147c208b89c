/** @file The log: one JSON object per line. */
import { pino } from 'pino';
import type { Logger } from 'pino';

import type { LogLevel } from './config.ts';

/** A log on standard output that never shows cookies or tokens. */
export function createLog(level: LogLevel): Logger {
  return pino({
    level,
    name: 'gateway',
    redact: ['req.headers.cookie', 'req.headers.authorization', 'headers.cookie'],
  });
}
