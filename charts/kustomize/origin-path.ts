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
