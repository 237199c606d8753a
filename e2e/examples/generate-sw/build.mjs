import { generateSW } from 'workbox-build'

await generateSW({
  globDirectory: '.',
  globPatterns: ['*.{html,js}'],
  globIgnores: ['sw-token-broker*.js', 'sw.js'],
  swDest: 'sw.js',
  // With vite-plugin-pwa: the same, as its option `workbox`.
  importScripts: ['/sw-token-broker.js'],
  inlineWorkboxRuntime: true,
  sourcemap: false,
  skipWaiting: true,
  clientsClaim: true,
  // Sees no request of the broker, whose listener comes first.
  runtimeCaching: [{ urlPattern: /\/api\//, handler: 'StaleWhileRevalidate' }],
})
