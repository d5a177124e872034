/* front.cjs: stands between the node and the departments, in both directions, and writes down every
 * call: when it came, when it was passed on, what the department said, when that was told. Paths and
 * bodies stay as they are, so signatures hold. Each step can be held.
 */
'use strict';
const crypto = require('node:crypto');
const http = require('node:http');
const { now } = require('./wire.cjs');

const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');
const tailOf = (key) => (key ? key.split('-').slice(2).join('-') : '');

function readJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/* Is it a whole answer that decides something, and what? */
function verdict(status, text) {
	const told = status === 200 ? readJson(text) : undefined;
	return told && typeof told === 'object' && !Array.isArray(told) ? told.state : undefined;
}

function read(x) {
	return new Promise((done, fail) => {
		const parts = [];
		x.on('data', (part) => parts.push(part));
		x.on('end', () => done(Buffer.concat(parts)));
		x.on('error', fail);
		x.on('aborted', () => fail(new Error('aborted')));
	});
}

class Front {
	constructor(departments, node) {
		this.ports = { departments, node };  /* functions that give the port */
		this.agents = { departments: new http.Agent({ keepAlive: true, maxSockets: 512 }), node: false };
		this.calls = [];
		this.open = new Set();               /* calls that are under way */
		this.lastEnd = -1e9;                 /* when the last call ended */
		this.byKey = new Map();              /* tail of the key -> its calls */
		this.unhook();
		this.server = http.createServer((x, answer) => {
			const call = this.begin(x);
			this.pass(call, x, answer).catch(() => x.socket.resetAndDestroy()).finally(() => {
				this.open.delete(call);
				call.ended = now();
				if (!call.back)
					this.lastEnd = call.ended;
			});
		});
		this.server.keepAliveTimeout = 60000;
		this.server.on('clientError', (error, socket) => socket.destroy());
	}

	/* A new book. */
	forget() {
		this.calls = [];
		this.byKey = new Map();
	}

	/* Hooks: a promise holds the step; when it gives false the connection is torn instead. */
	unhook() {
		this.onCall = this.onAnswer = this.onTold = () => undefined;
	}

	listen() {
		return new Promise((done) => this.server.listen(0, '127.0.0.1', () => {
			this.port = this.server.address().port;
			done(this);
		}));
	}

	begin(x) {
		const back = x.url.startsWith('/api/');
		const call = { n: this.calls.length, back, method: x.method, target: x.url, arrived: now(), at: Date.now() };
		if (back) {
			call.file = x.method === 'GET'; /* a department fetches what it was told of */
		} else {
			const [, department, name, kind = 'forward'] = x.url.split('?')[0].split('/');
			Object.assign(call, { department, call: name, kind, key: x.headers['idempotency-key'] ||
				new URLSearchParams(x.url.split('?')[1]).get('key') });
			this.enter(call);
		}
		this.calls.push(call);
		this.open.add(call);
		return call;
	}

	enter(call) {
		call.tail = tailOf(call.key);
		if (!this.byKey.has(call.tail))
			this.byKey.set(call.tail, []);
		this.byKey.get(call.tail).push(call);
	}

	note(call, body) {
		const json = readJson(body.toString());
		if (call.file)
			return;
		if (call.back) { /* a later answer of a department */
			call.department = call.target.split('/')[4];
			call.key = json && json.key;
			call.state = json && json.state;
			this.enter(call);
		} else if (call.method === 'POST') {
			call.sha256 = sha256(body);
			call.application = json && json.application;
			call.item = json && json.item;
			call.round = json && json.round;
			call.of = json && json.of;
			call.data = call.round > 1 && call.kind === 'forward' ? json.data : undefined;
			call.materials = ((json && json.materials) || []).filter((m) => m.how === 'fetched').map((m) => m.id);
		}
	}

	async pass(call, x, answer) {
		const body = await read(x);
		call.whole = now();
		this.note(call, body);
		x.socket.setNoDelay(true);
		if (await this.onCall(call) === false)
			throw new Error('held for ever');
		call.forwarded = now();
		const told = await this.ask(call, x, body);
		call.answered = now();
		call.status = told.status;
		if (!call.back)
			call.state = verdict(told.status, told.body.toString());
		if (await this.onAnswer(call) === false)
			throw new Error('held for ever');
		const { socket } = answer;
		if (!socket || socket.destroyed)
			return;
		answer.writeHead(told.status, told.headers);
		if (await new Promise((done) => {
			answer.once('close', () => done(false));
			answer.end(told.body, () => done(true));
		}))
			call.told = now();
		this.onTold(call);
	}

	ask(call, x, body) {
		const to = call.back ? 'node' : 'departments';
		return new Promise((done, fail) => {
			const out = http.request({ host: '127.0.0.1', port: this.ports[to](), agent: this.agents[to], method: x.method,
				path: x.url, headers: x.rawHeaders }, (told) => {
				read(told).then((bytes) => done({ status: told.statusCode, headers: told.rawHeaders, body: bytes }), fail);
			});
			out.setNoDelay(true);
			out.on('error', fail);
			out.end(body); /* whatever becomes of who asked: the department goes on with it */
		});
	}

	/* Milliseconds since a call was in flight, now. */
	distance() {
		for (const call of this.open)
			if (!call.back)
				return 0;
		return now() - this.lastEnd;
	}

	close() {
		this.server.closeAllConnections();
		this.server.close();
		this.agents.departments.destroy();
	}
}

module.exports = { Front, readJson, sha256, tailOf };
