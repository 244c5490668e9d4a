import type { CallScope, FunctionTable, GoFunction, GoMap } from "../go/value.ts";
import type { Template } from "./template.ts";

/** What a template is executed with. */
export interface Environment {
  /** Asked by name each time; may grow while a template runs. */
  readonly templates: ReadonlyMap<string, Template>;
  /** Functions beside the built-in ones, over which they take precedence. */
  readonly functions: FunctionTable;
  readonly scope: CallScope;
  /** Methods of named map types, as `.Values.AsMap`; they hide keys. Asked only for maps whose type has a name; default none. */
  readonly methodOf?: ((map: GoMap, name: string) => GoFunction | undefined) | undefined;
  /** What a key that a map does not have gives: the zero value of the map's type, `no value` whatever the type, or an error; default `zero`. */
  readonly missingKey?: "zero" | "no value" | "error" | undefined;
  /** Filled with where each piece of the output came from; default not. Not to be handed to executions within this one. */
  readonly marks?: Mark[] | undefined;
}

/** From `offset` in the output on, text comes from this line of a template file. */
export interface Mark {
  readonly offset: number;
  readonly templateName: string;
  readonly line: number;
  /** The template's own text: its line breaks are lines of the template as well. */
  readonly isText: boolean;
}
