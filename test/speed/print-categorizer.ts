import { measureCategorizer } from '../../bench/scenarios/05-categorizer.ts';

/** Prints what scenario 5 measures, as JSON: `node print-categorizer.ts <url of the database> <rounds as JSON>` */
const [databaseUrl = '', rounds = ''] = process.argv.slice(2);
const { measurements } = await measureCategorizer({ servers: { databaseUrl } }, JSON.parse(rounds));
console.log(JSON.stringify(measurements));
