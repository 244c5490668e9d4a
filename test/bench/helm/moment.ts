/** What `now` answers in all measured renders: certificates are then the same in each. */
export const NOW = new Date("2026-01-01T00:00:00Z");

/** Stands for the digest of a chart that is refused, as helm refuses it. */
export const REFUSED = "refused";
