import { GENERATED_NOTE, markdownTable } from "../api/docs.ts";
import { metricDefinitions } from "./metric-definitions.ts";

/** The reference page of the metrics, in Markdown. */
export function metricsPage(): string {
  const rows = Object.entries(metricDefinitions).map(([name, { type, labels, help }]) => [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(", "),
    help,
  ]);
  return `${GENERATED_NOTE}

# Metrics

Served as Prometheus text at \`/metrics\` of the operator's \`--http-address\`. Beside these there are the usual
\`process_*\` and \`nodejs_*\` metrics.

${markdownTable(["metric", "type", "labels", "meaning"], rows)}
`;
}
