import { writeSync } from "node:fs";
import type { TextOutput } from "./command.ts";

/**
 * An output that writes to its file descriptor: Node's own stream loads all that a network connection takes, 5 ms. That is
 * opened for what only it can tell, and where the other end does not take what comes. Reading less than everything
 * (`driftless status | head`) is no error: it ends the process.
 */
export function directOutput(fd: 1 | 2, streamOf: () => NodeJS.WriteStream): TextOutput {
  let stream: NodeJS.WriteStream | undefined;
  const open = (): NodeJS.WriteStream => (stream ??= streamOf().on("error", endOrThrow));
  return {
    get isTTY() {
      return open().isTTY;
    },
    get columns() {
      return open().columns;
    },
    write: (text) => {
      const rest = stream === undefined ? writeTo(fd, Buffer.from(text)) : text;
      return rest.length === 0 || open().write(rest);
    },
  };
}

/** What could not be written at once. */
function writeTo(fd: number, bytes: Buffer): Buffer {
  let at = 0;
  try {
    while (at < bytes.length) at += writeSync(fd, bytes, at);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") endOrThrow(error as NodeJS.ErrnoException); // all that writeSync throws
  }
  return bytes.subarray(at);
}

function endOrThrow(error: NodeJS.ErrnoException): never {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
}
