// A department that shares nothing with this project but the protocol (CONTRACT 5): written from its
// text, in another language, without packages. It shows that a node needs no simulated department.
//
//   node foreign.mjs --secret FILE --journal FILE [--port N] [--base /path] [--later MS]
//                    [--gives '{"call": {"output": "V{n}"}}']
//
// {n} in an output becomes a number of its own for each matter. With --later the answer is 202 and
// the result follows by callback that much later. GET /_ledger tells what was done. Prints one line
// when it is ready; ends on SIGTERM.
import { createServer, request } from 'node:http'
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({ options: {
  port: { type: 'string', default: '0' }, secret: { type: 'string' }, journal: { type: 'string' },
  base: { type: 'string', default: '' }, later: { type: 'string', default: '0' },
  gives: { type: 'string', default: '{}' } } })
const gives = JSON.parse(options.gives)
const later = Number(options.later)
const secrets = readFileSync(options.secret, 'latin1').replace(/\n$/, '').split('\n')
  .map(line => Buffer.from(line, 'latin1'))

// ---- the journal: one line an event, on disk before anybody hears of it ----

const matters = new Map() // key -> {call, sha, item, state, answer, ...}
if (existsSync(options.journal))
  for (const line of readFileSync(options.journal, 'utf8').split('\n')) {
    try { const m = JSON.parse(line); matters.set(m.key, m) } catch { /* cut off by a kill: never told */ }
  }
const journal = openSync(options.journal, 'a', 0o600)
function keep(matter) {
  writeSync(journal, JSON.stringify(matter) + '\n')
  fsyncSync(journal)
  matters.set(matter.key, matter)
}

// ---- signatures ----

const hmac = (secret, text, body) => createHmac('sha256', secret).update(text).update(body).digest('hex')
const equal = (a, b) => a?.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

function signedRightly(req, body) {
  const stamp = req.headers['x-timestamp']
  if (!/^\d{1,12}$/.test(stamp ?? '') || Math.abs(Date.now() / 1000 - Number(stamp)) > 300) return false
  return secrets.some(secret =>
    equal(req.headers['x-signature'], hmac(secret, `${stamp}.`, body)) &&
    equal(req.headers['x-signature-v2'], hmac(secret, `out.${req.method}.${req.url}.${stamp}.`, body)))
}

// ---- what is decided ----

const receipt = key => 'W' + createHash('sha256').update(key).digest('hex').slice(0, 10).toUpperCase()

function decide(call, key, wanted) {
  if (call.endsWith('/cancel')) {
    const forward = matters.get(wanted.of)
    return forward && forward.answer.state === 'approved'
      ? { state: 'cancelled', result_id: receipt(key) }
      : { state: 'rejected', reason: '没有可以撤销的事项' }
  }
  const number = String(parseInt(createHash('sha256').update(key).digest('hex').slice(0, 12), 16)).slice(0, 10)
  const outputs = {}
  for (const [name, value] of Object.entries(gives[call] ?? {}))
    outputs[name] = typeof value === 'string' ? value.replaceAll('{n}', number) : value
  return { state: wanted.item.startsWith('material:') ? 'found' : 'approved', result_id: receipt(key), outputs }
}

function callBack(matter, wait) {
  setTimeout(() => {
    const body = JSON.stringify({ key: matter.key, ...matter.answer })
    const url = new URL(matter.callback)
    const stamp = String(Math.floor(Date.now() / 1000))
    const again = () => callBack(matter, Math.min(wait * 2 + 100, 5000))
    const out = request(url, { method: 'POST', timeout: 10000, headers: {
      'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'x-timestamp': stamp,
      'x-signature': hmac(secrets[0], `${stamp}.`, body),
      'x-signature-v2': hmac(secrets[0], `in.POST.${url.pathname}${url.search}.${stamp}.`, body) } })
    out.on('response', res => { res.resume(); if (res.statusCode === 202) keep({ ...matter, told: true }); else again() })
    out.on('timeout', () => out.destroy())
    out.on('error', again)
    out.end(body)
  }, wait).unref()
}

// ---- HTTP ----

function say(res, status, value) {
  const body = JSON.stringify(value)
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  res.end(body)
}

const known = matter => Date.now() >= matter.due
  ? [200, matter.answer] : [202, { state: 'pending', result_id: receipt(matter.key) }]

function handle(req, res, body) {
  const url = new URL(req.url, 'http://here')
  if (req.method === 'GET' && url.pathname === '/_ledger') {
    res.writeHead(200, { 'content-type': 'application/x-ndjson' })
    res.end([...matters.values()].map(m => JSON.stringify(m) + '\n').join(''))
    return
  }
  if (!signedRightly(req, body)) return say(res, 401, { error: 'signature' })
  if (!url.pathname.startsWith(options.base + '/')) return say(res, 404, { error: 'unknown_call' })
  const call = url.pathname.slice(options.base.length + 1)
  if (req.method === 'GET') {
    const matter = matters.get(url.searchParams.get('key'))
    return matter && matter.call === call ? say(res, ...known(matter)) : say(res, 404, { state: 'unknown_key' })
  }
  if (req.method !== 'POST') return say(res, 405, { error: 'method' })
  const key = req.headers['idempotency-key']
  const sha = createHash('sha256').update(body).digest('hex')
  const before = matters.get(key)
  if (before) return before.body_sha256 === sha && before.call === call
    ? say(res, ...known(before)) : say(res, 422, { error: 'key_reused' })
  let wanted
  try { wanted = JSON.parse(body) } catch { return say(res, 400, { error: 'malformed' }) }
  if (!key || typeof wanted.item !== 'string' || wanted.application !== req.headers['x-application-id'])
    return say(res, 400, { error: 'malformed' })
  const matter = { key, call, application: wanted.application, item: wanted.item, body_sha256: sha,
    arrived: new Date().toISOString(), answer: decide(call, key, wanted), due: 0 }
  matter.effects = ['approved', 'cancelled'].includes(matter.answer.state) ? 1 : 0
  if (later > 0 && matter.answer.state === 'approved')
    Object.assign(matter, { due: Date.now() + later, callback: req.headers['x-callback-url'] })
  keep(matter)
  if (matter.callback) callBack(matter, later)
  say(res, ...known(matter))
}

const server = createServer((req, res) => {
  const parts = []
  req.on('data', part => parts.push(part))
  req.on('end', () => handle(req, res, Buffer.concat(parts)))
})
for (const matter of matters.values()) // promised before the last end, not yet told
  if (matter.callback && !matter.told) callBack(matter, 100)
server.keepAliveTimeout = 60000
server.listen(Number(options.port), '127.0.0.1', () =>
  console.log(`foreign ready on http://127.0.0.1:${server.address().port}${options.base}`))
process.on('SIGTERM', () => { closeSync(journal); process.exit(0) })
