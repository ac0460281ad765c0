import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

const target = path.resolve(import.meta.dirname, '../../dist/admin-ui');

/** Beside each script and style sheet its compressed form, so that the API has nothing to compress. */
const compressed: Plugin = {
  name: 'compressed',
  closeBundle() {
    const assets = path.join(target, 'assets');
    for (const name of readdirSync(assets).filter((each) => /\.(js|css)$/.test(each))) {
      const file = path.join(assets, name);
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
    }
  },
};

// biome-ignore lint/style/noDefaultExport: Vite wants it.
export default defineConfig({
  root: import.meta.dirname,
  base: '/admin/',
  build: {
    outDir: target,
    emptyOutDir: true,
    manifest: true,
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: {
      // Ant Design marks its files for React's server components, which there are none of.
      checks: { moduleLevelDirective: false },
    },
  },
  plugins: [compressed],
});
