/* harness.cjs: a whole yijianshi for tests from outside: the simulated departments, a gate before
 * them that sees (and may change) every call, one node with its private PostgreSQL, people and their
 * tokens. Everything lives in one folder under TMPDIR, on free loopback ports, and ends by pid.
 *
 * Answers go out as TAP. Every HTTP answer that the tests see is held against /openapi.json: a
 * problem type, code or status that is not described there fails the suite, and so does a 5xx that
 * the test did not call for.
 */
'use strict';
const assert = require('node:assert/strict');
const { spawn, spawnSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const paper = require('../papers.cjs');

const sources = process.env.YJS_SOURCES || path.join(__dirname, '..', '..');
const program = path.join(process.env.YJS_BUILD || path.join(sources, 'build', 'test'), 'yijianshi');
const scratch = fs.mkdtempSync(path.join(process.env.TMPDIR || os.tmpdir(), 'api-'));
const declared = (folder) => fs.readdirSync(path.join(sources, folder))
	.filter((f) => f.endsWith('.lua') && f !== 'common.lua').map((f) => f.slice(0, -4)).sort();
const departmentIds = declared('connectors'), eventIds = declared('events');

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/* --- TAP --- */

let count = 0, failed = 0;

function report(ok, name, why) {
	count++;
	if (!ok)
		failed++;
	process.stdout.write(`${ok ? 'ok' : 'not ok'} ${count} - ${name.replace(/#/g, '')}\n`);
	if (why)
		process.stdout.write(String(why).split('\n').slice(0, 30).map((l) => `# ${l.slice(0, 400)}\n`).join(''));
}

async function test(name, body) {
	const begun = Date.now();
	try {
		await body();
		report(true, name, process.env.YJS_TIMES && `${Date.now() - begun} ms`);
	} catch (error) {
		const at = error.stack && error.stack.split('\n').find((l) => l.includes('/tests/api/') && !l.includes('harness'));
		report(false, name, `${error.message || error}\n${at ? at.trim() : ''}`);
	}
}

/* Wait until `look()` gives something true; fails after `ms` with what it last saw. */
async function until(what, look, ms = 120000) {
	const end = Date.now() + ms;
	let seen;
	for (;;) {
		seen = await look();
		if (seen)
			return seen;
		if (Date.now() > end)
			throw new Error(`not within ${ms} ms: ${what}`);
		await sleep(20);
	}
}

/* Listens there; undefined when another one does. */
function listens(where) {
	return new Promise((done) => {
		const server = net.createServer().once('error', () => done(undefined));
		server.listen(where, () => done(server));
	});
}

/* A port of ours alone for as long as this process lives, also while nobody listens on it: below those that the
 * kernel hands out by itself, and kept from the other suites by a socket of that name. */
async function freePort() {
	for (;;) {
		const port = crypto.randomInt(20000, 30000), name = await listens(`\0yijianshi-port-${port}`);
		name?.unref();
		const server = name && await listens({ host: '127.0.0.1', port });
		if (server)
			return new Promise((done) => { server.close(() => done(port)); });
	}
}

/* --- processes --- */

const children = new Set();

class Child {
	/* limits: what prlimit is told ("--nofile=320") */
	constructor(name, args, log, environment = {}, limits = []) {
		this.name = name;
		this.log = log;
		this.from = fs.existsSync(log) ? fs.statSync(log).size : 0;
		const out = fs.openSync(log, 'a', 0o600);
		const env = { ...process.env, ...environment };
		const [command, ...rest] = [...(limits.length ? ['prlimit', ...limits, '--'] : []), program, ...args];
		this.process = spawn(command, rest, { cwd: '/', env, stdio: ['ignore', out, out] });
		fs.closeSync(out);
		this.pid = this.process.pid;
		children.add(this);
		this.ended = new Promise((done) => {
			this.process.once('exit', (code, signal) => {
				this.exit = signal || code;
				children.delete(this);
				done(this.exit);
			});
		});
	}

	/* What it wrote since it was started. */
	text() {
		return fs.readFileSync(this.log).subarray(this.from).toString();
	}

	kill(signal) {
		if (this.exit === undefined)
			this.process.kill(signal);
		return this.ended;
	}

	/* SIGTERM; its exit status. After `ms` it is killed and that is told. */
	async stop(ms = 60000) {
		const late = setTimeout(() => {
			this.late = true;
			this.process.kill('SIGKILL');
		}, ms);
		const exit = await this.kill('SIGTERM');
		clearTimeout(late);
		return this.late ? `still running after ${ms} ms` : exit;
	}
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
	process.on(signal, () => {
		for (const child of children)
			child.process.kill('SIGKILL');
		process.exit(1);
	});

/* --- signatures, as the departments' protocol writes them --- */

function sign(secret, message) {
	const { direction, method, target, timestamp, body } = message;
	const hmac = (head) => crypto.createHmac('sha256', secret).update(head).update(body).digest('hex');
	return {
		'X-Timestamp': String(timestamp),
		'X-Signature': hmac(`${timestamp}.`),
		'X-Signature-V2': hmac(`${direction}.${method}.${target}.${timestamp}.`),
	};
}

const now = () => Math.floor(Date.now() / 1000);

/* --- HTTP --- */

const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });

/* One request; the answer with its raw text, and its JSON when it is some. */
function request(port, options) {
	const { method = 'GET', path: target, headers = {}, body, via = agent, ms = 60000 } = options;
	return new Promise((done, fail) => {
		const bytes = body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(body);
		const all = { ...headers };
		if (bytes && !Object.keys(all).some((h) => /^(content-length|transfer-encoding)$/i.test(h)))
			all['Content-Length'] = bytes.length;
		const begun = process.hrtime.bigint();
		const out = http.request({ host: '127.0.0.1', port, method, path: target, headers: all, agent: via, timeout: ms },
			(answer) => {
				const parts = [];
				answer.on('data', (part) => parts.push(part));
				answer.on('error', fail);
				answer.on('end', () => {
					const bytes = Buffer.concat(parts), text = bytes.toString();
					let json;
					if (/json/.test(answer.headers['content-type'] || '') && text)
						try { json = JSON.parse(text); } catch { /* the caller sees undefined */ }
					done({ status: answer.statusCode, headers: answer.headers, bytes, text, json,
						ms: Number(process.hrtime.bigint() - begun) / 1e6 });
				});
			});
		out.on('timeout', () => out.destroy(new Error(`no answer to ${method} ${target} in ${ms} ms`)));
		out.on('error', fail);
		out.end(bytes);
	});
}

const isReady = (port) => request(port, { path: '/readyz', via: undefined, ms: 5000 }).then((a) => a.status === 200, () => false);

/* --- the gate: between the node and the departments --- */

/* Every call is kept in `calls`. `rule(call)` may give {status, body, headers}, a promise of it,
 * 'reset', or nothing: then the department itself is asked. */
class Gate {
	constructor(target) {
		this.target = target;
		this.calls = [];
		this.rule = () => undefined;
		this.server = http.createServer((x, answer) => this.take(x, answer));
		this.server.keepAliveTimeout = 60000;
	}

	listen(port = 0) {
		return new Promise((done) => this.server.listen(port, '127.0.0.1', () => {
			this.port = this.server.address().port;
			done(this);
		}));
	}

	take(x, answer) {
		const parts = [];
		x.on('data', (part) => parts.push(part));
		x.on('error', () => {});
		x.on('end', async () => {
			const [, department, name] = x.url.split('?')[0].split('/');
			const call = { department, call: name, method: x.method, target: x.url, headers: x.headers,
				body: Buffer.concat(parts), at: Date.now(), key: x.headers['idempotency-key'] };
			if (x.method === 'POST')
				try { call.json = JSON.parse(call.body.toString()); } catch { /* kept as bytes */ }
			this.calls.push(call);
			try {
				await this.settle(call, x, answer);
			} catch {
				x.socket.resetAndDestroy();
			}
		});
	}

	async settle(call, x, answer) {
		let given = await this.rule(call);
		if (given === 'reset')
			throw new Error('reset');
		if (!given)
			given = await request(this.target(), { method: x.method, path: x.url, headers: x.headers,
				body: call.body, ms: 130000 });
		call.answer = given;
		const body = Buffer.from(given.text ?? JSON.stringify(given.body ?? {}));
		answer.writeHead(given.status, given.headers && given.text !== undefined
			? { 'Content-Type': given.headers['content-type'] || 'application/json', 'Content-Length': body.length }
			: { 'Content-Type': 'application/json', 'Content-Length': body.length, ...given.headers });
		answer.end(body);
	}

	of(number) {
		return this.calls.filter((c) => c.json && c.json.application === number);
	}

	find(number, item, round = 1) {
		return this.of(number).find((c) => c.json.item === item && c.json.round === round);
	}

	close() {
		this.server.closeAllConnections?.();
		this.server.close();
	}
}

/* --- people and forms --- */

/* An identity number of GB 11643: division, birthday, a sequence whose last digit is odd for men; none that
 * begins with 98 or 99, of which departments know nothing (yijianshi departments --help). */
function idNumber(sequence, female = true, birthday = '19950312', division = '330111') {
	const seventeen = division + birthday + String((sequence % 489) * 2 + (female ? 0 : 1)).padStart(3, '0');
	const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
	let sum = 0;
	for (let i = 0; i < 17; i++)
		sum += weights[i] * Number(seventeen[i]);
	return seventeen + '10X98765432'[sum % 11];
}

const signs = [...'安宁平和清明文雅思远书言景行天成子玉若水晓春秋月云山川林木风光华章永康健乐欣悦'];
let children_named = crypto.randomInt(1 << 20);

/* A child's name that no other child has: births are filed once for mother and name. */
function childName(surname = '王') {
	let n = children_named++, given = '';
	for (let i = 0; i < 4; i++, n = Math.floor(n / signs.length))
		given += signs[n % signs.length];
	return surname + given;
}

/* A form of the demonstration, as of today: "@today-3" is three days ago. */
function demoForm(event, file = 'demo.json') {
	const day = (_, days) => new Date(Date.now() + 8 * 3600e3 + days * 86400e3).toISOString().slice(0, 10);
	const text = fs.readFileSync(path.join(sources, 'tests', 'events', event, file), 'utf8');
	return JSON.parse(text.replace(/@today([+-]\d+)/g, day));
}

/* What the login says is left out: each files in his own name. */
function birthForm(changes = {}) {
	const { applicant_name, applicant_id_no, applied_by_agent, ...rest } = demoForm('birth').form;
	const form = { ...rest, child_name: childName(), ...changes };
	for (const name of Object.keys(form))
		if (form[name] === undefined)
			delete form[name];
	return form;
}

/* The form of somebody who has not logged in. */
const strangerForm = (changes = {}) => birthForm({ applicant_name: '李秀兰', applicant_id_no: idNumber(1), applied_by_agent: false,
	...changes });

const birth = (changes, more = {}) => ({ event: 'birth', form: birthForm(changes), ...more });

/* --- the chain, by the contract's words --- */

/* Canonical JSON: members sorted by name, no blanks. */
function canonical(value) {
	if (Array.isArray(value))
		return `[${value.map(canonical).join(',')}]`;
	if (value && typeof value === 'object')
		return `{${Object.keys(value).sort().map((k) => `${JSON.stringify(k)}:${canonical(value[k])}`).join(',')}}`;
	return JSON.stringify(value);
}

/* Recompute every hash; gives the last. */
function walkChain(entries) {
	let last = '0'.repeat(64);
	entries.forEach((entry, i) => {
		const { hash, ...rest } = entry;
		last = crypto.createHash('sha256').update(`${last}\n${canonical(rest)}`).digest('hex');
		assert.equal(hash, last, `the hash of entry ${i + 1}`);
		assert.equal(entry.seq, i + 1, 'entries in order');
	});
	return last;
}

/* --- browsers --- */

/* The one-time code of RFC 6238, `off` steps from now. */
function oneTimeCode(secret, off = 0) {
	let bits = '';
	for (const letter of secret)
		bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0');
	const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(now() / 30) + off));
	const mac = crypto.createHmac('sha1', key).update(counter).digest();
	return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}

/* What a browser keeps: the cookie; and what the page of its session tells it: the CSRF token. */
class Browser {
	constructor(world, port = world.port) {
		this.world = world;
		this.port = port;
	}

	async send(method, target, { headers = {}, csrf = this.csrf, ...more } = {}) {
		const all = { ...headers };
		if (this.cookie)
			all.Cookie ??= this.cookie;
		if (csrf && method !== 'GET')
			all['X-CSRF-Token'] ??= csrf;
		const answer = await this.world.http(method, target, { port: this.port, headers: all, ...more });
		for (const set of answer.headers['set-cookie'] || [])
			this.cookie = set.startsWith(`${set.split('=')[0]}=;`) ? undefined : set.split(';')[0];
		return answer;
	}

	async login(name, password, totp) {
		const answer = await this.send('POST', '/api/v1/session', { json: { name, password, ...(totp ? { totp } : {}) } });
		if (answer.status === 200)
			this.csrf = answer.json.csrf;
		return answer;
	}

	async status() {
		return (await this.send('GET', '/api/v1/session')).status;
	}
}

/* Nothing goes on in an application but what `held` and those do that need it. */
function atRest(application, held) {
	const over = new Set(['approved', 'refused', 'blocked', 'skipped']), byId = new Map(application.items.map((i) => [i.id, i]));
	const holds = (id) => id === held || (byId.get(id)?.needs ?? []).some(holds);
	return application.items.every((i) => over.has(i.status) || holds(i.id));
}

/* --- a world --- */

let worlds = 0;

class World {
	constructor(options) {
		this.options = options;
		this.dir = path.join(scratch, `w${++worlds}`);
		this.data = path.join(this.dir, 'data');
		this.config = path.join(this.dir, 'service.conf');
		this.tokens = {};
		this.findings = new Set();
		this.answers5xx = new Set();
		this.seen = new Set();
	}

	/* Options:
	 *  faults      of the simulated departments ("health:500:0.3:7")
	 *  delay       ms of the simulated departments
	 *  own         true: events and connectors are copies that the test may change (dir/events …)
	 *  database    {database, database_owner} of another PostgreSQL
	 *  target      port of another program in place of the simulated departments
	 *  fresh       true: the node begins in an empty folder, whatever YJS_BEGINNING says
	 *  environment, limits  of the node
	 *  settings    more settings, null leaves one out; `serve` false: do not start the node */
	static async start(options = {}) {
		const w = new World(options);
		fs.mkdirSync(w.dir, { mode: 0o700 });
		w.events = path.join(sources, 'events');
		w.connectors = path.join(sources, 'connectors');
		if (options.own) {
			for (const name of ['events', 'connectors'])
				fs.cpSync(path.join(sources, name), path.join(w.dir, name), { recursive: true });
			w.events = path.join(w.dir, 'events');
			w.connectors = path.join(w.dir, 'connectors');
			if (options.own instanceof Function)
				options.own(w);
		}
		w.port = await freePort();
		w.gate = await new Gate(() => w.departmentsPort).listen();
		w.secrets = path.join(w.dir, 'departments', 'secrets');
		w.writeConfig();
		if (process.env.YJS_BEGINNING && !options.fresh && !options.database)
			w.begin(process.env.YJS_BEGINNING);
		if (options.target === undefined)
			await w.startDepartments();
		else
			w.departmentsPort = options.target;
		if (options.serve !== false)
			await w.startNode();
		return w;
	}

	/* In a copy of a folder in which the program has made its database and its key: that takes seconds each time. */
	begin(folder) {
		const copied = spawnSync('cp', ['-a', '--reflink=auto', folder, this.data], { encoding: 'utf8' });
		assert.equal(copied.status, 0, copied.stderr);
	}

	writeConfig(changes = {}) {
		const settings = {
			listen: `127.0.0.1:${this.port}`, data_dir: this.data, node: 'tested', log_level: 'debug',
			events_dir: this.events, connectors_dir: this.connectors, scripts_dir: path.join(sources, 'scripts'),
			...this.options.database, ...this.options.settings, ...changes,
		};
		for (const id of departmentIds) {
			if (settings[`department.${id}.url`] === undefined)
				settings[`department.${id}.url`] = `http://127.0.0.1:${this.gate.port}/${id}`;
			if (settings[`department.${id}.secret_file`] === undefined)
				settings[`department.${id}.secret_file`] = path.join(this.secrets, id);
		}
		fs.writeFileSync(this.config, Object.entries(settings).filter(([, v]) => v !== null).map(([k, v]) => `${k} = ${v}\n`).join(''));
	}

	async startDepartments() {
		const { faults = [], delay } = this.options;
		const args = ['departments', '--config', this.config, '--port', String(this.departmentsPort || 0),
			'--dir', path.join(this.dir, 'departments')];
		if (delay)
			args.push('--delay', String(delay));
		for (const fault of faults)
			args.push('--fault', fault);
		this.departments = new Child('departments', args, path.join(this.dir, 'departments.log'));
		const ready = await this.ready(this.departments, () => /ready on http:\/\/127\.0\.0\.1:(\d+)/.exec(this.departments.text()));
		this.departmentsPort = Number(ready[1]);
	}

	ready(child, look) {
		return until(`${child.name} is ready: ${child.log}`, async () => {
			if (child.exit !== undefined)
				throw new Error(`${child.name} ended (${child.exit}): ${child.text().slice(-1500)}`);
			return look();
		});
	}

	async startNode() {
		this.node = new Child('the node', ['serve', '--config', this.config], path.join(this.dir, 'node.log'),
			this.options.environment, this.options.limits);
		await this.ready(this.node, () => isReady(this.port));
		if (!this.openapi) {
			this.openapi = JSON.parse((await request(this.port, { path: '/openapi.json' })).text);
			const problem = this.openapi.components.schemas.problem.properties;
			this.types = new Set(problem.type.enum);
			this.codes = new Set(problem.errors.items.properties.code.enum);
		}
	}

	/* One more node on the same database, under another name: {port, child}. */
	async addNode(name) {
		const port = await freePort(), config = path.join(this.dir, `${name}.conf`);
		fs.writeFileSync(config, fs.readFileSync(this.config, 'utf8').replace(/^listen = .*$/m, `listen = 127.0.0.1:${port}`)
			.replace(/^node = .*$/m, `node = ${name}`));
		const child = new Child(name, ['serve', '--config', config], path.join(this.dir, `${name}.log`), this.options.environment);
		await this.ready(child, () => isReady(port));
		return { port, child };
	}

	secret(department) {
		return fs.readFileSync(path.join(this.secrets, department), 'utf8').replace(/\n$/, '').split('\n')[0];
	}

	/* The program's command line: {status, stdout, stderr}. */
	run(...args) {
		return this.feed('', ...args);
	}

	/* The same with something on its standard input. */
	feed(input, ...args) {
		return new Promise((done) => {
			const child = spawn(program, [...args, '--config', this.config], { cwd: '/', stdio: ['pipe', 'pipe', 'pipe'] });
			child.stdin.on('error', () => {});
			child.stdin.end(input);
			const told = { stdout: '', stderr: '' };
			for (const name of ['stdout', 'stderr'])
				child[name].on('data', (part) => { told[name] += part; });
			child.once('close', (status) => done({ status, ...told }));
		});
	}

	/* Make an account and a token of it: in `tokens` by name. */
	async account(name, role, { department, divisions = [], id, full = role === 'citizen' ? '李秀兰' : undefined } = {}) {
		const args = ['account', 'add', name, '--role', role];
		if (department)
			args.push('--department', department);
		for (const division of divisions)
			args.push('--division', division);
		if (id)
			args.push('--id-number', id);
		if (full)
			args.push('--full-name', full);
		const made = await this.run(...args);
		assert.equal(made.status, 0, `account add ${name}: ${made.stderr}`);
		const token = await this.run('account', 'token', name);
		assert.equal(token.status, 0, `account token ${name}: ${token.stderr}`);
		assert.match(token.stdout, /^yjs_[A-Za-z0-9_-]{43}\n$/, 'a token alone on stdout');
		this.tokens[name] = token.stdout.trim();
	}

	/* Give an account a password (and then a second factor: its secret); a token it has from before stays. */
	async password(name, password, factor = false) {
		const set = await this.feed(`${password}\n`, 'account', 'password', name);
		assert.equal(set.status, 0, `account password ${name}: ${set.stderr}`);
		if (!factor)
			return undefined;
		const made = await this.run('account', 'totp', name);
		assert.equal(made.status, 0, made.stderr);
		return new URL(made.stdout.trim()).searchParams.get('secret');
	}

	/* A request to the node as `who` (a name of an account, or nothing: a stranger). `json` is sent as
	 * JSON. `faulty`: a 503 is looked for. `port`: of another node. */
	async http(method, target, { who, json, body, type, key, headers = {}, faulty, ms, via, port = this.port } = {}) {
		const all = { ...headers };
		if (who)
			all.Authorization = `Bearer ${this.tokens[who] || who}`;
		if (key)
			all['Idempotency-Key'] = key;
		if (json !== undefined)
			body = JSON.stringify(json);
		if (body !== undefined && type !== null)
			all['Content-Type'] ??= type || 'application/json';
		const answer = await request(port, { method, path: target, headers: all, body, ms, via });
		this.judge(method, target, answer, faulty);
		return answer;
	}

	/* The path of /openapi.json that a target belongs to. */
	route(target) {
		const parts = target.split('?')[0].split('/');
		return Object.keys(this.openapi.paths).find((p) => {
			const own = p.split('/');
			return own.length === parts.length && own.every((s, i) => s === parts[i] || (s.startsWith('{') && parts[i]));
		});
	}

	judge(method, target, answer, faulty) {
		const where = `${method} ${target.split('?')[0].replace(/\d{6}\d{4}-[0-9A-Z]{26}/i, '{number}')} ${answer.status}`;
		if (answer.status >= 500 && !faulty)
			this.answers5xx.add(`${where} ${answer.text.slice(0, 300)}`);
		if (method === 'HEAD')
			return;
		if (answer.status >= 400) {
			const p = answer.json;
			if (answer.headers['content-type'] !== 'application/problem+json' || !p || p.status !== answer.status || !p.title)
				return void this.findings.add(`${where}: no problem document: ${answer.text.slice(0, 200)}`);
			this.seen.add(p.type);
			if (!this.types.has(p.type))
				this.findings.add(`${where}: the type ${p.type} is not listed`);
			for (const e of p.errors || []) {
				if (!this.codes.has(e.code))
					this.findings.add(`${where}: the code ${e.code} is not listed`);
				if (typeof e.pointer !== 'string' || !/^(\/|$)/.test(e.pointer) || !e.message)
					this.findings.add(`${where}: an error without pointer or message: ${JSON.stringify(e)}`);
			}
			if ((answer.status === 503 || answer.status === 429) && !answer.headers['retry-after'])
				this.findings.add(`${where}: without Retry-After`);
		}
		const route = this.route(target);
		const described = route && this.openapi.paths[route][method.toLowerCase()];
		if (described && !described.responses[answer.status] && ![405, 414, 417, 431].includes(answer.status))
			this.findings.add(`${method} ${route} answers ${answer.status}, which is not described`);
	}

	/* File; the answer. A key is made when none is given. */
	/* A resident lets an agent act for him, by a paper that he signed. */
	async mandate(agent, resident, more = {}) {
		const slip = await this.http('POST', '/api/v1/files', { who: agent, body: paper.pdf(), type: 'application/pdf' });
		return this.http('POST', '/api/v1/mandates', { who: agent, json: { for: resident, slip: slip.json.id, ...more } });
	}
	async mandated(agent, resident, more) {
		const answer = await this.mandate(agent, resident, more);
		assert.equal(answer.status, 201, answer.text);
		return answer.json;
	}
	file(who, body, { key = crypto.randomUUID(), ...more } = {}) {
		return this.http('POST', '/api/v1/applications', { who, json: body, key, ...more });
	}

	/* File what must be accepted; the application. */
	async accepted(who, body, more) {
		const answer = await this.file(who, body, more);
		assert.equal(answer.status, 201, answer.text);
		return answer.json;
	}

	async show(who, number) {
		const answer = await this.http('GET', `/api/v1/applications/${number}`, { who });
		assert.equal(answer.status, 200, answer.text);
		return answer.json;
	}

	/* Look at the application until `look(application)` is true; gives it. */
	async watch(who, number, what, look, ms = 120000) {
		let last;
		try {
			return await until(what, async () => {
				last = await this.show(who, number);
				return await look(last) && last;
			}, ms);
		} catch (error) {
			const states = last && last.items.map((i) => `${i.id}=${i.status}${i.problem ? `(${i.problem.code})` : ''}`).join(' ');
			throw new Error(`${error.message}: ${last && last.status}: ${states}`);
		}
	}

	finished(who, number, ms) {
		return this.watch(who, number, `${number} is finished`, (a) => a.status === 'finished', ms);
	}

	async history(who, number) {
		const answer = await this.http('GET', `/api/v1/applications/${number}/history`, { who });
		assert.equal(answer.status, 200, answer.text);
		assert.equal(walkChain(answer.json.entries), answer.json.last, 'the chain ends in the hash it carries');
		assert.equal(answer.json.count, answer.json.entries.length);
		return answer.json.entries;
	}

	/* A department's later answer, signed; `change` may spoil the request before it leaves. */
	callback(department, result, { secret = this.secret(department), timestamp = now(), change, raw, ...more } = {}) {
		const target = `/api/v1/departments/${department}/results`;
		const body = raw ?? JSON.stringify(result);
		const message = { headers: { 'Content-Type': 'application/json', ...sign(secret, { direction: 'in', method: 'POST',
			target, timestamp, body }) }, body };
		if (change)
			change(message);
		return this.http('POST', target, { body: message.body, headers: message.headers, ...more });
	}

	/* What the departments wrote down. */
	async ledger() {
		const answer = await request(this.departmentsPort, { path: '/_ledger' });
		assert.equal(answer.status, 200);
		return answer.text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
	}

	/* SQL as the owner of the private database: lines of columns parted by '|'. */
	sql(statement, { role = this.owner(), database = 'yijianshi', host = path.join(this.data, 'run') } = {}) {
		const told = spawnSync('psql', ['-X', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', host, '-U', role, '-d', database,
			'-c', statement], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
		if (told.status !== 0)
			throw new Error(`psql: ${told.stderr}`);
		return told.stdout.split('\n').filter(Boolean);
	}

	owner() {
		return this.options.owner || 'postgres';
	}

	async verify() {
		const told = await this.run('verify');
		assert.equal(told.status, 0, told.stdout + told.stderr);
		assert.match(told.stdout, /, 0 differences\n$/);
		return told.stdout;
	}

	/* End everything; tests of their own that it ended well and that all answers were as described. */
	async stop() {
		const say = (child) => child.text().split('\n').filter((l) => /ERROR: |runtime error|SUMMARY: |LeakSanitizer/.test(l));
		for (const [what, child] of [['the node', this.node], ['the departments', this.departments]]) {
			if (!child)
				continue;
			const exit = child.exit !== undefined ? child.exit : await child.stop();
			await test(`${what} ended with 0 and without a sanitizer's report`, () => {
				assert.deepEqual(say(child), []);
				assert.equal(exit, 0, child.text().slice(-1500));
			});
		}
		this.gate.close();
		await test('every answer was as /openapi.json describes it', () => assert.deepEqual([...this.findings], []));
		await test('no answer was a 5xx', () => assert.deepEqual([...this.answers5xx], []));
	}
}

/* Run a suite: `body(test)`; then the plan. */
async function suite(body) {
	try {
		await body(test);
	} catch (error) {
		report(false, 'the suite ran to its end', error.stack || error);
	}
	for (const child of children)
		await child.kill('SIGKILL');
	agent.destroy();
	process.stdout.write(`1..${count}\n`);
	if (failed === 0 || !process.env.YJS_KEEP)
		fs.rmSync(scratch, { recursive: true, force: true });
	process.exit(failed ? 1 : 0);
}

module.exports = { assert, atRest, birth, birthForm, Browser, canonical, childName, demoForm, departmentIds, eventIds, freePort, Gate,
	idNumber, now, oneTimeCode, program, request, scratch, sign, sleep, sources, strangerForm, suite, test, until, walkChain, World };
