import type { LogFields, Logger } from "../../src/ports.ts";

/** A line as it was logged. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: LogFields;
}

/** A logger that keeps its lines for a test to look at, and prints nothing. */
export class MemoryLogger implements Logger {
  readonly lines: LogLine[] = [];

  debug(fields: LogFields, message: string): void {
    this.lines.push({ level: "debug", message, fields });
  }

  info(fields: LogFields, message: string): void {
    this.lines.push({ level: "info", message, fields });
  }

  warn(fields: LogFields, message: string): void {
    this.lines.push({ level: "warn", message, fields });
  }

  error(fields: LogFields, message: string): void {
    this.lines.push({ level: "error", message, fields });
  }

  child(): Logger {
    return this;
  }
}
