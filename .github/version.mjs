// Run by `npm version`, between the new number in package.json and the commit: writes it to where else it stands.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const version = process.env.npm_package_version
const changelog = readFileSync(`${root}CHANGELOG.md`, 'utf8')
if (version === undefined) throw new Error("Run this by 'npm version'")
if (!/^## .*unreleased$/m.test(changelog))
  throw new Error("CHANGELOG.md has no heading that ends in 'unreleased': what is in this version?")

const today = new Date().toISOString().slice(0, 10)
writeFileSync(`${root}CHANGELOG.md`, changelog.replace(/^## .*unreleased$/m, `## ${version}, ${today}`))
const source = readFileSync(`${root}client/version.ts`, 'utf8')
writeFileSync(`${root}client/version.ts`, source.replace(/(?<=VERSION = ')[^']+/, version))
