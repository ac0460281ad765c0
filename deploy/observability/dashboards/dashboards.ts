import path from 'node:path';
import { batchesDashboard } from './batches.ts';
import { databaseDashboard } from './database.ts';
import { learningDashboard } from './learning.ts';
import { serviceDashboard } from './service.ts';

const directory = path.join(import.meta.dirname, '../grafana/dashboards');

/** The files that Grafana reads, and the text that belongs into each. */
export const dashboardFiles: { file: string; text: string }[] = Object.entries({
  service: serviceDashboard,
  batches: batchesDashboard,
  database: databaseDashboard,
  learning: learningDashboard,
}).map(([name, builder]) => ({
  file: path.join(directory, `${name}.json`),
  text: `${JSON.stringify(builder.build(), undefined, 2)}\n`,
}));
