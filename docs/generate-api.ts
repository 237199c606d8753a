// Writes docs/api.md from the docstrings of everything that the package exports: `npm run api`. With `--check` it writes
// nothing and fails if the file is out of date.
import { readFileSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
// TypeScript 7 has no compiler API yet.
import ts from 'typescript-6'

const root = fileURLToPath(new URL('..', import.meta.url))
const target = fileURLToPath(new URL('api.md', import.meta.url))

/** `sw-token-broker/sw` and the source file that it comes from. */
interface Entry {
  name: string
  file: string
}

function entries(): Entry[] {
  const manifest: { name: string; exports: Record<string, string | { types?: string }> } = JSON.parse(
    readFileSync(`${root}package.json`, 'utf8'),
  )
  return Object.entries(manifest.exports).flatMap(([path, target]) => {
    const types = typeof target === 'object' ? target.types : undefined
    if (types === undefined) return []
    const file = root + types.replace('./dist/', '').replace('.d.ts', '.ts')
    return [{ name: manifest.name + path.slice(1), file }]
  })
}

function reference(): string {
  const all = entries()
  const program = ts.createProgram(
    all.map(({ file }) => file),
    {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.webworker.d.ts'],
      types: [],
      noEmit: true,
      allowImportingTsExtensions: true,
    },
  )
  const checker = program.getTypeChecker()
  /** Where each declaration stands, as some are exported by several entries. */
  const described = new Map<ts.Symbol, string>()

  const sections = all.map(({ name, file }) => {
    const source = program.getSourceFile(file)
    const module = source && checker.getSymbolAtLocation(source)
    if (!module) throw new Error(`${file} exports nothing`)
    const parts = checker.getExportsOfModule(module).map((exported) => {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
      const elsewhere = described.get(symbol)
      if (elsewhere !== undefined) return `### ${exported.name}\n\nSee \`${elsewhere}\`.`
      described.set(symbol, name)
      return `### ${exported.name}\n\n${describe(symbol, checker)}`
    })
    return `## ${name}\n\n${parts.join('\n\n')}`
  })
  return `# API reference\n\nMade from the docstrings by \`npm run api\`.\n\n${sections.join('\n\n')}\n`
}

function describe(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  const [declaration] = symbol.declarations ?? []
  if (!declaration) throw new Error(`${symbol.name} has no declaration`)
  const prose = ts.displayPartsToString(symbol.getDocumentationComment(checker))
  const tags = symbol.getJsDocTags(checker).map(({ name, text }) => {
    const words = ts.displayPartsToString(text)
    const [parameter = '', ...rest] = words.split(' ')
    return name === 'param' ? `- \`${parameter}\`: ${rest.join(' ')}` : `- ${TAGS[name] ?? name}: ${words}`
  })
  const place = relative(root, declaration.getSourceFile().fileName).replaceAll('\\', '/')
  return [prose, tags.join('\n'), `\`\`\`ts\n${signature(declaration)}\n\`\`\``, `[${place}](../${place})`]
    .filter((part) => part !== '')
    .join('\n\n')
}

const TAGS: Record<string, string | undefined> = { returns: 'Returns', throws: 'Throws', see: 'See' }

/** The declaration with the docstrings of its members, and without what it does. */
function signature(declaration: ts.Declaration): string {
  if (ts.isFunctionDeclaration(declaration)) {
    const end = declaration.body ? declaration.body.getStart() : declaration.end
    return declaration.getSourceFile().text.slice(declaration.getStart(), end).trim()
  }
  if (ts.isClassDeclaration(declaration)) return classSignature(declaration)
  if (ts.isVariableDeclaration(declaration)) {
    const { name, type, initializer } = declaration
    return `export const ${name.getText()}${type ? `: ${type.getText()}` : ''}${
      type || !initializer ? '' : ` = ${initializer.getText()}`
    }`
  }
  return declaration.getText()
}

function classSignature(declaration: ts.ClassDeclaration): string {
  const heritage = (declaration.heritageClauses ?? []).map((clause) => clause.getText()).join(' ')
  const members = declaration.members
    .filter((member) => !isInternal(member))
    .map((member) => {
      const { text } = member.getSourceFile()
      const body = 'body' in member && isNode(member.body) ? member.body : undefined
      return text.slice(member.getFullStart(), body ? body.getStart() : member.end).trim()
    })
  return `export class ${declaration.name?.text ?? ''} ${heritage} {\n${members.join('\n')}\n}`
}

const isInternal = (member: ts.ClassElement): boolean =>
  (member.name !== undefined && ts.isPrivateIdentifier(member.name)) ||
  (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0

const isNode = (value: unknown): value is ts.Node =>
  typeof value === 'object' && value !== null && 'getStart' in value

const text = await format(reference(), { ...(await resolveConfig(target)), parser: 'markdown' })
if (!process.argv.includes('--check')) writeFileSync(target, text)
else if (readFileSync(target, 'utf8') !== text) {
  console.error(`docs/api.md is out of date: run 'npm run api'.`)
  process.exitCode = 1
}
