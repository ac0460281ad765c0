/** What comes in time, and what stands for it otherwise: nobody waits for a server that is away. */
export async function within<Result>(
  timeoutMs: number,
  work: Promise<Result>,
  otherwise: Result,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Result>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, otherwise);
  });
  const result = await Promise.race([work.catch(() => otherwise), timeout]);
  clearTimeout(timer);
  return result;
}
