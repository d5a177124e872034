/* driver.cjs: citizens who file, and their book: what was sent under which key, and what they were
 * told. Whoever got no answer sends the same again under the same key until there is one.
 */
'use strict';
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const http = require('node:http');
const { birth, sleep } = require('../api/harness.cjs');
const { readJson } = require('./front.cjs');
const { now } = require('./wire.cjs');

class Driver {
	/* rate: new filings a second, while the node is up; most: applications under way, then it waits */
	constructor(world, random, rate, most) {
		Object.assign(this, { world, random, rate, most });
		this.running = new Map(); /* number -> items to be done, of applications under way */
		this.book = new Map();   /* key -> { key, body, attempts, number, text, refused } */
		this.open = new Set();   /* attempts under way */
		this.up = false;
		this.agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
		this.onTold = () => {};
		this.waiting = [];
	}

	async makeAccounts() {
		this.tokens = [];
		for (const [name, id] of [['citizen-1', '330111199503120023'], ['citizen-2', '330111199001010023']]) {
			for (const args of [['add', name, '--role', 'citizen', '--id-number', id, '--full-name', '李秀兰'], ['token', name]]) {
				const told = await this.world.command('account', ...args);
				assert.equal(told.exit, 0, `account ${args.join(' ')}: ${told.text}`);
				if (args[0] === 'token')
					this.tokens.push(told.text.trim().split('\n').pop());
			}
		}
	}

	/* --- one attempt --- */

	request(method, target, headers, body, attempt = {}) {
		return new Promise((done) => {
			const out = http.request({ host: '127.0.0.1', port: this.world.port, method, path: target, agent: this.agent,
				headers: { ...headers, ...body && { 'Content-Type': 'application/json', 'Content-Length': body.length } },
				timeout: 20000 }, (x) => {
				const parts = [];
				x.on('data', (part) => parts.push(part));
				x.on('end', () => {
					attempt.answered = now();
					done({ status: x.statusCode, headers: x.headers, text: Buffer.concat(parts).toString() });
				});
				x.on('error', () => done(undefined));
			});
			out.setNoDelay(true);
			out.on('finish', () => { attempt.written = now(); });
			out.on('timeout', () => out.destroy());
			out.on('error', () => done(undefined));
			out.end(body);
		});
	}

	async attempt(entry) {
		const attempt = { key: entry.key, begun: now() };
		entry.attempts.push(attempt);
		this.open.add(attempt);
		const told = await this.request('POST', '/api/v1/applications',
			{ Authorization: `Bearer ${entry.token}`, 'Idempotency-Key': entry.key }, entry.body, attempt);
		this.open.delete(attempt);
		attempt.status = told ? told.status : 0;
		if (told)
			this.take(entry, attempt, told);
		return attempt;
	}

	take(entry, attempt, told) {
		attempt.replayed = told.headers['idempotent-replayed'] === 'true';
		if (told.status === 201) {
			const { number, items } = readJson(told.text) || {};
			if (entry.text === undefined) {
				Object.assign(entry, { number, text: told.text, told: attempt.answered });
				this.running.set(number, items.filter((i) => i.status !== 'skipped').length);
			}
			if (entry.text !== told.text)
				entry.changed = true; /* the stored answer is to come again, byte for byte */
			this.onTold(entry, attempt);
		} else if (told.status === 503) {
			attempt.perhaps = /perhaps accepted/.test(told.text);
		} else if (told.status !== 409 || !told.headers['retry-after']) {
			entry.refused = `${told.status} ${told.text.slice(0, 200)}`;
		}
	}

	/* --- filing --- */

	whenUp() {
		return this.up ? Promise.resolve() : new Promise((done) => this.waiting.push(done));
	}

	setUp(up) {
		this.up = up;
		if (up)
			this.waiting.splice(0).forEach((done) => done());
	}

	/* File one birth: until it is told. */
	async file() {
		const key = crypto.randomUUID();
		const entry = { key, body: Buffer.from(JSON.stringify(birth())), attempts: [],
			token: this.tokens[Math.floor(this.random() * this.tokens.length)] };
		this.book.set(key, entry);
		while (entry.text === undefined && !entry.refused && !this.over) {
			await this.whenUp();
			const attempt = await this.attempt(entry);
			if (attempt.status !== 201)
				await sleep(attempt.status === 503 ? 200 : 20);
		}
		if (entry.text !== undefined && this.random() < 0.05 && this.up)
			await this.attempt(entry); /* once more, though it is known */
	}

	start() {
		this.filing = new Set();
		this.going = true;
		this.loop = (async () => {
			while (this.going) {
				await this.whenUp();
				if (this.underWay() < this.most)
					this.burst(1);
				await sleep(-Math.log(1 - this.random()) * 1000 / this.rate);
			}
		})();
	}

	/* How many applications have not ended, as far as the node has been told. */
	underWay() {
		for (const [number, items] of this.running)
			if (this.world.front.done.get(number)?.size === items)
				this.running.delete(number);
		return this.running.size + this.filing.size;
	}

	burst(n) {
		for (let i = 0; i < n; i++) {
			const one = this.file().finally(() => this.filing.delete(one));
			this.filing.add(one);
		}
	}

	/* No new filings; those begun end. True when each has its answer within `ms`. */
	async finish(ms) {
		this.going = false;
		this.setUp(true);
		await this.loop;
		await Promise.race([Promise.all(this.filing), sleep(ms)]);
		this.over = true;
		return this.filing.size === 0;
	}

	/* Each application as the citizen sees it, and its history: number -> {shown, history}. */
	async read(entries) {
		const all = new Map(), left = [...entries];
		const one = async () => {
			for (let entry; (entry = left.pop());) {
				const headers = { Authorization: `Bearer ${entry.token}` };
				const place = `/api/v1/applications/${entry.number}`;
				const [shown, history] = [await this.request('GET', place, headers), await this.request('GET', `${place}/history`, headers)];
				const found = shown?.status === 200;
				all.set(entry.number, { status: shown?.status ?? 0, shown: found ? readJson(shown.text) : undefined,
					history: found ? readJson(history?.text) : undefined });
			}
		};
		await Promise.all(Array.from({ length: 8 }, one));
		return all;
	}
}

module.exports = { Driver };
