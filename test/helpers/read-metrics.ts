/** A value of a metric, as Prometheus reads it. A histogram has several, with names of their own. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const sampleLine = /^(?<name>[a-z_]\w*)(?:\{(?<labels>.*)\})? (?<value>\S+)$/i;

/** Reads Prometheus's text format. */
export function readSamples(text: string): Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const groups = sampleLine.exec(line)?.groups;
      if (groups === undefined) throw new Error(`not a sample: ${line}`);
      const labels = [...(groups.labels ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
      return {
        name: groups.name as string,
        labels: Object.fromEntries(labels.map(([, name, value]) => [name, value])),
        value: Number(groups.value),
      };
    });
}

/** Adds up the samples of a name whose labels include these; null where there is none. */
export function sumOf(
  samples: readonly Sample[],
  name: string,
  labels: Record<string, string> = {},
): number | null {
  const found = samples.filter(
    (sample) =>
      sample.name === name &&
      Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  return found.length === 0 ? null : found.reduce((sum, { value }) => sum + value, 0);
}

/** The labels of each metric by its name, as the text declares it, without those that make a histogram. */
export function readFamilies(text: string): Map<string, Set<string>> {
  const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name as string);
  const families = new Map(names.map((name) => [name, new Set<string>()]));
  for (const { name, labels } of readSamples(text)) {
    const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ''));
    for (const label of Object.keys(labels)) if (label !== 'le') family?.add(label);
  }
  return families;
}
