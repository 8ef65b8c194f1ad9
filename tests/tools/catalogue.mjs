#!/usr/bin/env node
// catalogue.mjs [--png DIR] BINDERY OUTPUT...
//
// Checks the catalogue of each output folder as people and e-readers meet it,
// from a running `bindery serve`:
//
// - index.html in headless Chromium, light and dark, on a phone and a desktop:
//   axe-core finds nothing, nothing is wider than the screen, every picture
//   loads, nothing is asked for elsewhere, no script is there; every link of
//   the page leads to something.
// - opds.xml and opds.json in the parser of Thorium (r2-opds-js), opds.xml in
//   opds-feed-parser: all editions are there, and the EPUB that each feed names
//   is downloaded, whole and in parts; its SHA-256 is that of editions.json.
//
// The packages are installed by npm, as web/package-lock.json pins them, into
// target/web. Exit status 1 when anything is wrong; it ends by itself.
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = path.dirname(fileURLToPath(import.meta.url))
const PLACE = path.join(HERE, '../../target/web')
const LIMIT = 8 * 60 // seconds, for all of it

const args = process.argv.slice(2)
const at = args.indexOf('--png')
const png = at < 0 ? undefined : args.splice(at, 2)[1]
const [program, ...outputs] = args
if (!outputs.length) {
  console.error('usage: catalogue.mjs [--png DIR] BINDERY OUTPUT...')
  process.exit(2)
}
setTimeout(() => {
  console.error(`not done after ${LIMIT} s`)
  process.exit(1)
}, LIMIT * 1000).unref()

const sha256 = bytes => createHash('sha256').update(bytes).digest('hex')

function install () {
  const files = ['package.json', 'package-lock.json'].map(name => path.join(HERE, 'web', name))
  const stamp = sha256(Buffer.concat(files.map(file => readFileSync(file))))
  const known = path.join(PLACE, 'stamp')
  if (existsSync(known) && readFileSync(known, 'utf8') === stamp) return
  mkdirSync(PLACE, { recursive: true })
  for (const file of files) copyFileSync(file, path.join(PLACE, path.basename(file)))
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: PLACE, stdio: ['ignore', 'ignore', 'inherit'] })
  writeFileSync(known, stamp)
}

install()
const require = createRequire(path.join(PLACE, 'package.json'))
const { chromium } = require('playwright-core')
const AXE = require.resolve('axe-core/axe.min.js')
const R2 = 'dist/es8-es2017/src'
const { DOMParser } = require('@xmldom/xmldom')
const { XML } = require(`r2-utils-js/${R2}/_utils/xml-js-mapper`)
const { TaJsonDeserialize } = require(`r2-lcp-js/${R2}/serializable`)
const { OPDS } = require(`r2-opds-js/${R2}/opds/opds1/opds`)
const { OPDSFeed } = require(`r2-opds-js/${R2}/opds/opds2/opds2`)
const { convertOpds1ToOpds2 } = require(`r2-opds-js/${R2}/opds/converter`)
const { initGlobalConverters_GENERIC: initGeneric, initGlobalConverters_OPDS: initOpds } = require(`r2-opds-js/${R2}/opds/init-globals`)
const { default: FeedParser } = require('opds-feed-parser')
initGeneric()
initOpds()

const wrong = []
const expect = (holds, what) => { if (!holds) wrong.push(what) }
const OPEN = 'http://opds-spec.org/acquisition/open-access'
const EPUB = 'application/epub+zip'

// A server of a folder: its address, and how to end it.
async function serve (folder) {
  const child = spawn(program, ['serve', folder, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  for await (const piece of child.stdout) {
    said += piece
    const address = /http:\/\/[^\s]+/.exec(said)
    if (address) return { base: address[0], stop: () => child.kill() }
  }
  throw new Error(`no address: ${said}`)
}

async function text (url) {
  const answer = await fetch(url)
  expect(answer.ok, `${url}: ${answer.status}`)
  return answer.text()
}

// A file whole, and its first and last bytes by themselves.
async function download (url, want, of) {
  const answer = await fetch(url)
  const bytes = Buffer.from(await answer.arrayBuffer())
  expect(answer.status === 200 && answer.headers.get('content-type') === EPUB, `${of}: ${url}: ${answer.status}`)
  expect(sha256(bytes) === want, `${of}: ${url} is not the edition`)
  for (const [range, part] of [['bytes=0-99', bytes.subarray(0, 100)], ['bytes=-100', bytes.subarray(-100)]]) {
    const some = await fetch(url, { headers: { range } })
    expect(some.status === 206, `${of}: ${url}: ${some.status} for ${range}`)
    expect(part.equals(Buffer.from(await some.arrayBuffer())), `${of}: ${url}: other bytes for ${range}`)
  }
  const again = await fetch(url, { headers: { 'if-none-match': answer.headers.get('etag') } })
  expect(again.status === 304, `${of}: ${url}: ${again.status} where nothing changed`)
}

// What the readers make of the feeds.
async function readers (base) {
  const listed = JSON.parse(await text(new URL('editions.json', base)))
  const editions = listed.documents.flatMap(document => document.editions)
  const sums = new Map(editions.flatMap(e => e.files).map(f => [decodeURI(f.href), f.sha256]))
  const sum = url => sums.get(decodeURI(url.href.slice(base.length)))
  const newest = async (links, of) => {
    const hrefs = links.filter(link => link.type === EPUB).map(link => new URL(link.href, base))
    expect(hrefs.length > 0, `${of}: no EPUB`)
    for (const url of hrefs.slice(0, 1)) await download(url, sum(url), of)
  }

  const xml = await text(new URL('opds.xml', base))
  const r1 = XML.deserialize(new DOMParser().parseFromString(xml, 'application/xml').documentElement.ownerDocument, OPDS)
  const converted = convertOpds1ToOpds2(r1)
  expect(r1.Entries?.length === editions.length, `r2-opds-js, opds.xml: ${r1.Entries?.length} entries`)
  expect(converted.Publications?.length === editions.length, `r2-opds-js, opds.xml: ${converted.Publications?.length} publications`)
  const links = publications => (publications ?? []).flatMap(p => p.Links ?? [])
    .filter(link => link.Rel?.includes(OPEN)).map(link => ({ type: link.TypeLink, href: link.Href }))
  await newest(links(converted.Publications), 'r2-opds-js, opds.xml')

  const json = TaJsonDeserialize(JSON.parse(await text(new URL('opds.json', base))), OPDSFeed)
  const publications = [...json.Publications ?? [], ...(json.Groups ?? []).flatMap(group => group.Publications ?? [])]
  expect(publications.length === editions.length, `r2-opds-js, opds.json: ${publications.length} publications`)
  expect(publications.every(p => p.Metadata.Title && p.Metadata.Identifier), 'r2-opds-js, opds.json: no title')
  await newest(links(publications), 'r2-opds-js, opds.json')

  const feed = await new FeedParser().parse(xml)
  expect(feed.constructor.name === 'AcquisitionFeed', `opds-feed-parser: ${feed.constructor.name}`)
  expect(feed.entries.length === editions.length, `opds-feed-parser: ${feed.entries.length} entries`)
  await newest(feed.entries.flatMap(entry => entry.links).filter(link => link.rel === OPEN), 'opds-feed-parser')
  return editions.length
}

// The page on a screen, in a colour scheme.
async function look (browser, base, width, height, scheme, name) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme, reducedMotion: 'reduce' })
  const of = `${name}, ${width} px, ${scheme}`
  page.on('request', request => {
    const url = request.url()
    expect(url.startsWith(base) || url.startsWith('data:'), `${of}: asks for ${url}`)
  })
  page.on('console', message => expect(message.type() !== 'error', `${of}: ${message.text()}`))
  page.on('pageerror', error => wrong.push(`${of}: ${error}`))
  await page.goto(base, { waitUntil: 'load' })
  const broken = await page.$$eval('img', async all => {
    for (const img of all) img.loading = 'eager'
    const loads = await Promise.all(all.map(img => img.decode().then(() => true, () => false)))
    return all.filter((_, i) => !loads[i]).map(img => img.src)
  })
  expect(!broken.length, `${of}: no picture: ${broken}`)
  if (png) await page.screenshot({ path: path.join(png, `${name}-${width}-${scheme}.png`), fullPage: true })
  for (const state of ['closed', 'open']) {
    if (state === 'open') await page.$$eval('details', all => all.forEach(one => { one.open = true }))
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect(over <= 0, `${of}: ${over} px wider than the screen, ${state}`)
    // Evaluated by the developer tools, for the page allows no script.
    await page.evaluate(readFileSync(AXE, 'utf8'))
    const { violations, passes } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }))
    expect(passes.length > 20, `${of}: axe looked at ${passes.length} rules only`)
    for (const violation of violations) {
      wrong.push(`${of}, ${state}: axe: ${violation.id}: ${violation.help}: ${violation.nodes.slice(0, 3).map(n => n.html).join(' ')}`)
    }
  }
  if (png) await page.screenshot({ path: path.join(png, `${name}-${width}-${scheme}-open.png`), fullPage: true })
  expect(await page.$$eval('script', all => all.length) === 0, `${of}: a script`)
  const links = await page.$$eval('a[href], link[href]', all => all.map(a => a.href))
  await page.close()
  return links
}

async function pages (browser, base, name) {
  const links = new Set()
  for (const [width, height] of [[390, 844], [1280, 900]]) {
    for (const scheme of ['light', 'dark']) {
      for (const link of await look(browser, base, width, height, scheme, name)) links.add(link.replace(/#.*/, ''))
    }
  }
  const own = [...links].filter(link => link.startsWith(base))
  for (const link of own) {
    const answer = await fetch(link, { method: 'HEAD' })
    expect(answer.status === 200, `${name}: ${link}: ${answer.status}`)
  }
  return own.length
}

if (png) mkdirSync(png, { recursive: true })
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] })
for (const output of outputs) {
  const name = path.basename(path.resolve(output))
  const before = wrong.length
  const { base, stop } = await serve(output)
  try {
    const [links, editions] = [await pages(browser, base, name), await readers(base)]
    console.log(`${output}: ${editions} editions, ${links} links, wrong ${wrong.length - before}`)
  } catch (error) {
    wrong.push(`${output}: ${error.stack}`)
  } finally {
    stop()
  }
}
await browser.close()
for (const one of wrong) console.log(`    ${one}`)
process.exit(wrong.length ? 1 : 0)
