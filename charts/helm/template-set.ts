import type { Template } from "./template/template.ts";

/** Templates by name, as all charts of a render share them. */
export type TemplateSet = Map<string, Template>;

/** Puts what a file defines into a set: later ones take the place of earlier ones, but an empty body never that of another. */
export function addTemplates(set: TemplateSet, templates: Iterable<Template>): void {
  for (const template of templates) if (!template.isEmpty || !set.has(template.name)) set.set(template.name, template);
}
