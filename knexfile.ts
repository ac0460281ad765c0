import { loadConfig } from './src/config.ts';

/** For Knex's own command line, as in `npx knex migrate:make add_something`. */
export default {
  client: 'pg',
  connection: loadConfig().DATABASE_URL,
  migrations: { directory: 'migrations', extension: 'ts', loadExtensions: ['.ts'] },
};
