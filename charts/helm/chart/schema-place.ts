/** Where a value stands among values: the way up from it. */
export interface Place {
  readonly parent: Place | undefined;
  readonly key: string | number;
}

/** `image.tags[0]`; the root is `values`. */
export function placeText(place: Place | undefined): string {
  const steps: (string | number)[] = [];
  for (let at = place; at !== undefined; at = at.parent) steps.push(at.key);
  if (steps.length === 0) return "values";
  return steps.toReversed().reduce<string>((text, step) => (typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`), "");
}

/** A JSON pointer. */
export const pointerText = (path: readonly (string | number)[]): string => path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
