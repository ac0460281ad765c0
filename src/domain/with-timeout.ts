/** The result of the work, or the fallback where the work fails or takes too long: nobody waits for a server that is away. */
export async function withTimeout<Result>(
  timeoutMs: number,
  work: Promise<Result>,
  fallback: Result,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Result>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, fallback);
  });
  const result = await Promise.race([work.catch(() => fallback), timeout]);
  clearTimeout(timer);
  return result;
}
