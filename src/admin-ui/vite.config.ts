import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const outDir = path.resolve(import.meta.dirname, '../../dist/admin-ui');
/** Smaller files gain less from compression than gzip's header costs. */
const minCompressedBytes = 1024;

/**
 * Compresses files during the build, so that the API need not compress them for every browser. The last
 * file that it writes marks the build as complete: script/bootstrap builds again when it is missing.
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
    // For Sentry, which shows errors in the sources; the API doesn't serve them.
    sourcemap: 'hidden',
    // A test measures the sizes of pages with the manifest.
    manifest: true,
    modulePreload: { polyfill: false },
    // That test limits the compressed size of pages, which is the one that matters.
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: {
      onLog(level, log, print) {
        // Everything here runs in the browser, so the packages' "use client" has no effect.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') print(level, log);
      },
    },
  },
  server: {
    // `npm run dev:console` shows changes at once, with the API of a running script/start.
    proxy: { '/api': process.env.API_URL ?? 'http://127.0.0.1:3000' },
  },
});
