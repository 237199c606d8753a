// The back ends that can be had here as they are. Where one is missing on Debian it is installed; elsewhere its tests say
// that they are skipped, and its stand-in is all there is.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { installDebianPackages } from '../debian.mjs'

/** Those in Python: their file, and the modules that it imports with the packages that have them. */
const IN_PYTHON = {
  simpleJwt: {
    file: 'simple_jwt.py',
    modules: { rest_framework_simplejwt: 'python3-djangorestframework-simplejwt' },
  },
  fastapi: {
    file: 'fastapi_form.py',
    modules: {
      fastapi: 'python3-fastapi',
      uvicorn: 'python3-uvicorn',
      multipart: 'python3-multipart',
      jwt: 'python3-jwt',
    },
  },
}

/** Packages, by the name of each back end that is not to be had without them. */
export const PACKAGES = Object.fromEntries(
  Object.entries(IN_PYTHON).map(([name, { modules }]) => [name, Object.values(modules)]),
)

/** @returns {Map<string, [program: string, ...args: string[]]>} how to start each one that is there */
export function findServers() {
  const servers = new Map([['nestjs', command(process.execPath, '--import', 'tsx', pathOf('nestjs.ts'))]])
  for (const [name, { file, modules }] of Object.entries(IN_PYTHON)) {
    const python = pythonWith(Object.keys(modules))
    if (python !== undefined) servers.set(name, command(python, pathOf(file)))
  }
  return servers
}

export function installServers() {
  const found = findServers()
  installDebianPackages(
    Object.entries(PACKAGES).flatMap(([name, packages]) => (found.has(name) ? [] : packages)),
  )
}

/** @param {string} program @param {string[]} args @returns {[program: string, ...args: string[]]} */
const command = (program, ...args) => [program, ...args]

/** @param {string} file */
const pathOf = (file) => fileURLToPath(new URL(`real/${file}`, import.meta.url))

const FIND =
  'import sys; from importlib.util import find_spec; sys.exit(not all(map(find_spec, sys.argv[1:])))'

/** A Python that has these modules; `E2E_PYTHON` overrides the search. @param {string[]} modules */
const pythonWith = (modules) =>
  (process.env.E2E_PYTHON === undefined ? ['/usr/bin/python3', 'python3'] : [process.env.E2E_PYTHON]).find(
    (python) => spawnSync(python, ['-c', FIND, ...modules], { stdio: 'ignore' }).status === 0,
  )
