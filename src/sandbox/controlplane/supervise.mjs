// The same as the Go program in supervise/, for a machine where that is not built (yet): control-plane binaries given by
// KUBEBUILDER_ASSETS, and the Go build itself. Differs in one point: if this process itself is killed with SIGKILL, its
// command stays.
//
//   node supervise.mjs [--remove DIR]... [-- COMMAND [ARG...]]
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";

const { removeDirs, command } = parse(process.argv.slice(2));
const child = command.length > 0 ? start(command) : undefined;
process.stdin.on("error", stop).on("end", stop).on("close", stop).resume();
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, stop);

/** Splits our arguments into what to remove at the end and what to run. */
function parse(args) {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  return {
    removeDirs: own.filter((_, index) => own[index - 1] === "--remove"),
    command: end < 0 ? [] : args.slice(end + 1),
  };
}

function start([file, ...args]) {
  const started = spawn(file, args, { stdio: ["ignore", "inherit", "inherit"], detached: true });
  started.on("error", (error) => {
    console.error(`supervise: ${error.message}`);
    finish(127);
  });
  started.on("exit", (code, signal) => {
    console.error(`supervise: ${file} ended: ${signal ?? `exit status ${code}`}`);
    finish(code ?? 1);
  });
  return started;
}

function stop() {
  if (child === undefined) finish(0);
  else if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // It ended in this moment; its exit event follows.
    }
  }
}

function finish(code) {
  for (const dir of removeDirs) rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
  process.exit(code);
}
