/* driver.cjs: citizens who file all five events, correct what is sent back, agree to what concerns them,
 * withdraw, and their book: what was sent under which key, and what they were told. Whoever got no answer
 * sends the same again under the same key until there is one.
 */
'use strict';
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const http = require('node:http');
const { sleep } = require('../api/harness.cjs');
const { different, events, filing, people } = require('../lives.cjs');
const paper = require('../papers.cjs');
const { readJson } = require('./front.cjs');
const { now } = require('./wire.cjs');

/* How many of a hundred are marked for a department to send back, are withdrawn, or both. */
const fates = { mended: 15, withdrawn: 20, both: 8 };
const look = 400;      /* ms between two looks at an application */
const patience = 2000; /* ms until he brings no paper and withdraws */
const heard = 60000;   /* ms in which a node answers, on any machine */
const kept = 60;       /* of an event of which there is an end: for those who ask for one later (keptOne) */
const ended = new Set(['finished', 'withdrawn']);

class Driver {
	/* rate: new filings a second, while the node is up; most: applications under way, then it waits */
	constructor(world, random, rate, most) {
		Object.assign(this, { world, random, rate, most });
		this.filing = new Set(); /* what is filed and not yet told */
		this.living = new Set(); /* what goes on after the filing, of applications under way */
		this.made = 0;
		this.used = new Map(); /* event -> how many of those kept back have been filed */
		this.papers = new Map(); /* account -> id of a file of his */
		this.book = new Map();   /* key -> { key, event, body, attempts, number, text, refused, acts } */
		this.open = new Set();   /* attempts under way */
		this.up = false;
		this.agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
		this.onTold = this.onEnded = () => {};
		this.waiting = [];
	}

	async makeAccounts() {
		this.tokens = new Map();
		await Promise.all(people.map(async (p) => {
			for (const args of [['add', p.account, '--role', 'citizen', '--id-number', p.id, '--full-name', p.full], ['token', p.account]]) {
				const told = await this.world.command('account', ...args);
				assert.equal(told.exit, 0, `account ${args.join(' ')}: ${told.text}`);
				if (args[0] === 'token')
					this.tokens.set(p.account, told.text.trim().split('\n').pop());
			}
		}));
	}

	/* --- one attempt --- */

	request(method, target, headers, body, attempt = {}) {
		return new Promise((done) => {
			const out = http.request({ host: '127.0.0.1', port: this.world.port, method, path: target, agent: this.agent,
				headers: { ...body && { 'Content-Type': 'application/json', 'Content-Length': body.length }, ...headers },
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
			const { number } = readJson(told.text) || {};
			if (entry.text === undefined)
				Object.assign(entry, { number, text: told.text, told: attempt.answered });
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

	/* What is filed next: any event, marked or not, to be withdrawn or not. */
	next() {
		const die = this.random() * 100, n = this.made++;
		const marked = die < fates.mended + fates.both, withdrawn = die >= fates.mended && die < fates.mended + fates.both + fates.withdrawn;
		const event = events[n % events.length], turn = Math.floor(n / events.length);
		const f = turn < (different[event] ?? Infinity) - kept ? filing(event, turn, { marked }) : filing('employment', 5e7 + turn, { marked });
		return { ...f, withdrawn };
	}

	/* One of those of the event that were kept back; undefined when there are no more. */
	keptOne(event) {
		const used = this.used.get(event) ?? 0;
		this.used.set(event, used + 1);
		return used < kept ? filing(event, different[event] - kept + used) : undefined;
	}

	/* A file of his, uploaded once; it may be named again and again. */
	async paperOf(account) {
		const body = paper.pdf(20000, account), headers = { Authorization: `Bearer ${this.tokens.get(account)}`, 'Content-Type': 'application/pdf' };
		while (!this.papers.has(account) && !this.over) {
			await this.whenUp();
			const told = await this.request('POST', '/api/v1/files', headers, body);
			if (told?.status === 201)
				this.papers.set(account, readJson(told.text).id);
			else
				await sleep(100);
		}
		return this.papers.get(account);
	}

	/* File one: until it is told; what follows goes on by itself. */
	async file(life) {
		const { account } = life.who, materials = {};
		for (const id of life.papers)
			materials[id] = await this.paperOf(account);
		const key = crypto.randomUUID();
		const entry = { key, event: life.event, body: Buffer.from(JSON.stringify({ event: life.event, form: life.form, materials })),
			attempts: [], acts: [], mend: life.mend, token: this.tokens.get(account) };
		this.book.set(key, entry);
		while (entry.text === undefined && !entry.refused && !this.over) {
			await this.whenUp();
			const attempt = await this.attempt(entry);
			if (attempt.status !== 201)
				await sleep(attempt.status === 503 ? 200 : 20);
		}
		if (entry.text === undefined)
			return;
		const one = this.live(entry, life).finally(() => this.living.delete(one));
		this.living.add(one);
		if (this.random() < 0.05 && this.up)
			await this.attempt(entry); /* once more, though it is known */
	}

	/* --- what comes after --- */

	/* Ask for one thing under one key, until the answer is certain; kept among the entry's acts. */
	async act(entry, what, json, token = entry.token) {
		const act = { what, key: crypto.randomUUID(), attempts: 0 }, body = Buffer.from(JSON.stringify(json));
		entry.acts.push(act);
		while (act.status === undefined && !this.over) {
			await this.whenUp();
			act.attempts++;
			const attempt = {}, told = await this.request('POST', `/api/v1/applications/${entry.number}/${what}`,
				{ Authorization: `Bearer ${token}`, 'Idempotency-Key': act.key }, body, attempt);
			if (told && told.status !== 503 && !(told.status === 409 && told.headers['retry-after']))
				Object.assign(act, { status: told.status, text: told.text, told: attempt.answered });
			else
				await sleep(told ? 150 : 20);
		}
		return act;
	}

	async see(entry) {
		await this.whenUp();
		const told = await this.request('GET', `/api/v1/applications/${entry.number}`, { Authorization: `Bearer ${entry.token}` });
		return told?.status === 200 ? readJson(told.text) : undefined;
	}

	/* For a paper that he would have to bring: a source was silent for long. */
	waits(entry, seen) {
		const waiting = seen?.status === 'waiting_for_applicant' && !seen.items.some((i) => i.status === 'correction');
		entry.waitsSince = waiting ? entry.waitsSince ?? now() : undefined;
		return waiting && now() - entry.waitsSince > patience;
	}

	/* Until it has ended: mend what comes back, withdraw what nobody can mend. */
	async follow(entry) {
		for (let seen; !this.over; await sleep(look)) {
			seen = await this.see(entry);
			if (seen && ended.has(seen.status)) {
				this.onEnded(entry, seen);
				return;
			}
			if (entry.mend && !entry.mended && seen?.items.some((i) => i.status === 'correction')) {
				const act = await this.act(entry, 'correction', { form: entry.mend });
				entry.mended = act.status === 200 ? act : undefined;
			}
			const stuck = seen?.items.some((i) => i.status === 'attention') || this.waits(entry, seen);
			if (stuck && !entry.acts.some((a) => a.what === 'withdrawal'))
				await this.act(entry, 'withdrawal', { reason: '请工作人员看过之后' });
		}
	}

	/* Until something has been approved: then there is something to undo. False: it has ended without. */
	async approved(entry) {
		for (; !this.over; await sleep(30)) {
			const seen = await this.see(entry);
			if (seen?.items.some((i) => i.status === 'approved'))
				return true;
			if (ended.has(seen?.status))
				return false;
		}
		return false;
	}

	async withdraw(entry) {
		if (this.random() < 0.4)
			await sleep(-Math.log(1 - this.random()) * 500);
		else if (!await this.approved(entry))
			return;
		if (!this.over)
			await this.act(entry, 'withdrawal', {});
	}

	async live(entry, life) {
		const parts = life.signs.map((s) => this.act(entry, 'signatures', { sign: s.sign, agrees: s.agrees }, this.tokens.get(s.who.account)));
		if (life.withdrawn)
			parts.push(this.withdraw(entry));
		await Promise.all([...parts, this.follow(entry)]);
	}

	start() {
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

	/* How many applications have not ended, as far as their citizens know. */
	underWay() {
		return this.living.size + this.filing.size;
	}

	burst(n) {
		for (let i = 0; i < n; i++)
			this.begin(this.next());
	}

	begin(life) {
		const one = this.file(life).finally(() => this.filing.delete(one));
		this.filing.add(one);
	}

	/* No new filings; those begun are told, and end, within `ms`. */
	async finish(ms) {
		this.going = false;
		this.setUp(true);
		await this.loop;
		await Promise.race([(async () => {
			await Promise.all(this.filing);
			await Promise.all(this.living);
		})(), sleep(ms)]);
		this.over = true;
	}

	/* Asked again while nobody answers: a connection that was kept may be closed just now, a node be busy. */
	async readOne(target, headers) {
		const end = now() + heard;
		let told = await this.request('GET', target, headers);
		for (; (!told || told.status === 503) && now() < end; told = await this.request('GET', target, headers))
			await sleep(100);
		return told;
	}

	/* Each application as the citizen sees it, and its history: number -> {shown, history}. */
	async read(entries) {
		const all = new Map(), left = [...entries];
		const one = async () => {
			for (let entry; (entry = left.pop());) {
				const headers = { Authorization: `Bearer ${entry.token}` };
				const place = `/api/v1/applications/${entry.number}`;
				const [shown, history] = [await this.readOne(place, headers), await this.readOne(`${place}/history`, headers)];
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
