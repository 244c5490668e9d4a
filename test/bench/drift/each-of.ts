/** Does the work for every item, so many at a time, in order of their start; rejects with the first failure. */
export async function eachOf<T>(items: readonly T[], atATime: number, work: (item: T) => Promise<unknown>): Promise<void> {
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
}
