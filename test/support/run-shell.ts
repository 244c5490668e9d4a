import { execFile } from "node:child_process";

/** Runs a line in a shell and returns what it prints; its error text becomes the error. */
export function runShell(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("/bin/sh", ["-c", line], (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${line}: ${stderr.trim() || error.message}`, { cause: error }));
    });
  });
}
