/**
 * The process's log: JSON lines by pino, written in-process (its transports are worker threads that
 * compile code from strings, which the agent forbids). One line an event; `request_id` joins a line
 * to the answer that the client saw and to the audit records.
 */
import { pino } from 'pino';
import type { Log, LogFields } from '../../src/ports/log.ts';
import { redactFields } from './redaction.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface ProcessLog extends Log {
  /** Takes effect with the next line (SIGHUP). */
  setLevel(level: LogLevel): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly nodeId: string;
  /**
   * A file descriptor; written synchronously, so that the last words of a dying process are there.
   */
  readonly descriptor: number;
}

export function makeLog(options: LogOptions): ProcessLog {
  const destination = pino.destination({ fd: options.descriptor, sync: true });
  const logger = pino(
    {
      level: options.level,
      base: { node: options.nodeId },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  const at =
    (level: LogLevel) =>
    (message: string, fields?: LogFields): void => {
      if (fields === undefined) logger[level](message);
      else logger[level](redactFields(fields), message);
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    setLevel: (level) => {
      logger.level = level;
    },
  };
}
