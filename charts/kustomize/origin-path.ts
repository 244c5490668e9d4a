/** Where a layer or a file lies, as the layers write it: from the built folder, or from the root of a remote base's repository. */
export interface Place {
  readonly path: string;
  /** Address and ref of that repository. */
  readonly repo?: string;
  readonly ref?: string;
}

/** The built folder itself. */
export const BUILT: Place = { path: "" };

/** What a path from a place leads to. */
export function placeIn(place: Place, path: string): Place {
  return { ...place, path: cleanJoin(place.path, path) };
}

/** A path and a path from there as one, `.` and `..` taken out as far as they can be without looking: Go's filepath.Join. */
export function cleanJoin(folder: string, path: string): string {
  const steps: string[] = [];
  for (const step of `${folder}/${path}`.split("/")) {
    if (step === "" || step === ".") continue;
    if (step === ".." && steps.length > 0 && steps.at(-1) !== "..") steps.pop();
    else steps.push(step);
  }
  return steps.join("/") || (folder === "" && path === "" ? "" : ".");
}
