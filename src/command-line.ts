/** All commands, as they are started from a command line. */
import { runCli } from "./cli/index.ts";
import { runProgram } from "./run-program.ts";

await runProgram((context) => runCli(process.argv.slice(2), context));
