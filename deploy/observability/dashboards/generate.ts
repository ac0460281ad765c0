import { writeFile } from 'node:fs/promises';
import { dashboardFiles } from './dashboards.ts';

for (const { file, text } of dashboardFiles) await writeFile(file, text);
