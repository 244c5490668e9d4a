import { combineErrors, type ReconcileError } from "../../../src/errors.ts";
import type { ChartFile } from "./chart.ts";
import { fieldsOf } from "./chart-yaml.ts";
import { formatCheck } from "./schema-formats.ts";

/** Helm reads Chart.lock (requirements.lock in the first chart format) and holds nothing against it; one that it cannot read fails. Throws BUILD_FAILED. */
export function checkLock(file: ChartFile): void {
  file.parsed("lock", () => {
    const problems: ReconcileError[] = [];
    const fields = fieldsOf(file, problems);
    fields.text("digest");
    fields.structs("dependencies");
    const generated = fields.text("generated");
    if (fields.isGiven("generated") && !isTime(generated)) fields.flaw('generated must be a time such as 2026-01-31T12:00:00Z; run "helm dependency update"', "generated");
    if (problems.length > 0) throw combineErrors("BUILD_FAILED", problems);
    return true;
  });
}

const isTime = (text: string): boolean => !/[tz]/.test(text) && formatCheck("date-time")?.(text) === true;
