import { sprint, sprintf, sprintln, type SpendText } from "../go/format.ts";
import type { FunctionTable, GoValue } from "../go/value.ts";
import { define, variadic } from "./define.ts";
import { escapeHtml, escapeJs, escapeQuery } from "./escape.ts";

/** text/template's own functions that make text: `print`, `printf`, `println`, `html`, `js`, `urlquery`. */
export const formatFunctions: FunctionTable = define({
  print: variadic([], "any", (args, scope) => sprint(args, scope.spendText)),
  printf: variadic(["string"], "any", (format, args, scope) => sprintf(format, args, scope.spendText)),
  println: variadic([], "any", (args, scope) => sprintln(args, scope.spendText)),
  html: variadic([], "any", (args, scope) => escapeHtml(joined(args, scope.spendText))),
  js: variadic([], "any", (args, scope) => escapeJs(joined(args, scope.spendText))),
  urlquery: variadic([], "any", (args, scope) => escapeQuery(joined(args, scope.spendText))),
});

/** The text that an escaper escapes; nil shows as when it is printed. */
function joined(args: readonly GoValue[], spend: SpendText): string {
  return sprint(args.map((arg) => arg ?? "<no value>"), spend);
}
