import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const outDir = path.resolve(import.meta.dirname, '../../dist/admin-ui');
/** Below this the header of gzip eats what compression saves. */
const minCompressedBytes = 1024;

/**
 * Compresses once, here, what the API would otherwise have to compress for every browser. Its last
 * file says that the build is whole: script/bootstrap builds again where it is missing.
 */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    async writeBundle() {
      const assets = path.join(outDir, 'assets');
      for (const name of await readdir(assets)) {
        const bytes = await readFile(path.join(assets, name));
        if (!/\.(js|css)$/.test(name) || bytes.length < minCompressedBytes) continue;
        await writeFile(
          path.join(assets, `${name}.gz`),
          await promisify(gzip)(bytes, { level: 9 }),
        );
      }
      await writeFile(path.join(outDir, 'complete'), '');
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  base: '/admin/',
  plugins: [compressed()],
  build: {
    outDir,
    emptyOutDir: true,
    // A test measures the pages by it.
    manifest: true,
    modulePreload: { polyfill: false },
    // That test has the limits that count, which are those of compressed pages.
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: {
      onLog(level, log, print) {
        // "use client" of packages means nothing where everything is the client.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') print(level, log);
      },
    },
  },
  server: {
    // `npm run dev:console` shows changes at once, with the API of a running script/start.
    proxy: { '/api': process.env.API_URL ?? 'http://127.0.0.1:3000' },
  },
});
