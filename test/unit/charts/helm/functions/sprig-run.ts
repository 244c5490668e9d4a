import { define, variadic } from "../../../../../charts/helm/functions/define.ts";
import { GoList, GoMap, type GoFunction, type GoValue } from "../../../../../charts/helm/go/value.ts";
import { failure, run } from "../template/run.ts";

type Named = readonly [name: string, called: GoFunction];

/** Lists and maps of arguments. */
const MAKERS = define({
  list: variadic([], "any", (items) => new GoList(items)),
  dict: variadic([], "any", (items) => new GoMap(new Map(items.flatMap((item, index): [string, GoValue][] => (index % 2 === 0 ? [[typeof item === "string" ? item : "", items[index + 1] ?? null]] : []))))),
});

/** What a template makes with these functions. */
export const rendered = (template: string, functions: Iterable<Named>): string => run(template, null, { functions: new Map([...MAKERS, ...functions]) });

/** Why a function of a template fails, without the place. */
export const failing = (template: string, functions: Iterable<Named>): string => failure(template, null, { functions: new Map([...MAKERS, ...functions]) }).replace(/^[^]*?error calling \w+: /u, "");
