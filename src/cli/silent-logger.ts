import type { Logger } from "../ports.ts";

/** For commands whose output is for people: what they have to say they print. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
