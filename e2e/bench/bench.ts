// `npm run bench -- [name …]`: runs the named measurements, or all of them.
const MEASUREMENTS: Readonly<Record<string, () => Promise<void>>> = {
  fleet: async () => (await import('./fleet-table.ts')).measureFleet(),
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in MEASUREMENTS))
if (unknown.length > 0) {
  console.error(`No measurement ${unknown.join(', ')}. There are: ${Object.keys(MEASUREMENTS).join(', ')}`)
  process.exit(1)
}
for (const [name, measure] of Object.entries(MEASUREMENTS))
  if (asked.length === 0 || asked.includes(name)) await measure()
