// The broker's listener is there first; what it leaves alone is Angular's.
importScripts('/sw-token-broker.js', '/ngsw-worker.js')
