/** Reads the events of a stream (SSE) with their data, for as long as it is open. */
export async function* readEvents(
  response: Response,
): AsyncGenerator<{ name: string; data: string }> {
  let text = '';
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    text += Buffer.from(chunk).toString('utf8');
    const parts = text.split('\n\n');
    text = parts.pop() as string;
    for (const part of parts) {
      const [, name, data] = /^event: (\w+)\ndata: (.+)$/.exec(part) ?? [];
      if (name !== undefined && data !== undefined) yield { name, data };
    }
  }
}
