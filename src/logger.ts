import { pino } from "pino";
import type { DestinationStream, Logger as Pino } from "pino";
import type { LogLevel } from "./config.ts";
import type { LogFields, Logger } from "./ports.ts";
import { redactFields, redactText } from "./redaction.ts";

/** Field that ties together all lines of one reconcile. */
export const RECONCILE_ID = "reconcileID";

/** What a logger needs to know. */
export interface LoggerOptions {
  readonly level: LogLevel;
  /** Default: standard error, written synchronously so that the last line before an end is not lost. */
  readonly destination?: DestinationStream;
}

/** A logger that writes one JSON object per line, with the level as a word and the time as RFC 3339. */
export function createLogger({ level, destination = pino.destination({ dest: 2, sync: true }) }: LoggerOptions): Logger {
  return wrap(
    pino(
      { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, messageKey: "message", formatters: { level: (label) => ({ level: label }) } },
      destination,
    ),
  );
}

function wrap(target: Pino): Logger {
  const at = (level: LogLevel) => (fields: LogFields, message: string) => {
    if (target.isLevelEnabled(level)) target[level](redactFields(fields), redactText(message));
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (fields) => wrap(target.child(redactFields(fields))),
  };
}
