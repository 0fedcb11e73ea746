import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** While developing, `vite` serves the pages and hands `/api` to a running backend. */
export default defineConfig({
  plugins: [react()],
  build: { outDir: 'dist', target: 'es2022', sourcemap: false },
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:4000' } },
});
