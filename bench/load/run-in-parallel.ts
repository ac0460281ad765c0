/** Works on up to `concurrency` items at a time, and starts the next one as soon as one is done. */
export async function runInParallel<Item>(
  concurrency: number,
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const waiting = items.values();
  const takeItems = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: concurrency }, takeItems));
}
