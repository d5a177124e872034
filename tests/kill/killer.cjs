/* killer.cjs: when to kill, and what a kill has hit.
 *
 * Four classes. An aim waits for a moment of its class and strikes there; what it really hit is
 * decided afterwards from what was seen, never from the intent:
 *   intake         a filing has been written to the node and never got an answer
 *   before send    an operation is committed, and no call of it has been passed to its department
 *   after effect   its department has done it, and nothing of that has been told to the node
 *   before commit  the answer has been told to the node, and its commit has not been answered
 */
'use strict';
const { sleep } = require('../api/harness.cjs');
const { now } = require('./wire.cjs');

const classes = ['intake', 'before send', 'after effect', 'before commit'];
const near = 200;   /* ms: no kill counts that is farther from a call in flight */
const decisive = new Set(['approved', 'rejected', 'found', 'none', 'correction', 'cancelled']);

/* Each way: arm(k) sets hooks and calls k.strike(ms) at its moment. `wire`: needs our own PostgreSQL. */
const ways = {
	'intake': {
		'read': { arm: (k) => { k.driver.burst(1 + k.die(3)); k.strike(k.random() * 15); } },
		'leaving': { wire: true, arm: (k) => { k.driver.burst(1 + k.die(3)); k.holdLeaving('filing', false); } },
		'leaving late': { wire: true, arm: (k) => { k.driver.burst(1 + k.die(3)); k.holdLeaving('filing', 'late'); } },
		'committing': { wire: true, arm: (k) => { k.driver.burst(1 + k.die(3)); k.onLeave('filing', () => k.strike(k.random() * 2.5)); } },
		'unheard': { wire: true, arm: (k) => { k.driver.burst(1 + k.die(3)); k.holdAnswer('filing', () => true); } },
	},
	'before send': {
		'call held': { arm: (k) => k.holdCalls() },
		'at 201': { arm: (k) => {
			k.driver.onTold = (entry, attempt) => !attempt.replayed && k.strike(0);
			k.front.onCall = (c) => (c.back ? undefined : k.held());
			k.driver.burst(1);
		} },
		'unheard': { wire: true, arm: (k) => k.holdAnswer('group', (t) => t.puts.length > 0) },
	},
	'after effect': {
		'answer held': { arm: (k) => k.holdTold(1) },
		'answers held': { arm: (k) => k.holdTold(2 + k.die(4)) },
	},
	'before commit': {
		'told': { arm: (k) => { k.front.onTold = (c) => !c.back && decisive.has(c.state) && k.strike(k.random() * 3); } },
		'called back': { arm: (k) => { k.front.onCall = (c) => { if (c.back && !c.file) k.strike(k.random() * 5); }; } },
		'leaving': { wire: true, arm: (k) => k.holdLeaving('group', false) },
		'leaving late': { wire: true, arm: (k) => k.holdLeaving('group', 'late') },
		'committing': { wire: true, arm: (k) => k.onLeave('group', () => k.strike(k.random() * 1.5)) },
	},
};

/* Of a list sorted by `at`, those of a span. */
function between(list, at, from, to) {
	const first = (t) => {
		let low = 0, high = list.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (at(list[middle]) < t)
				low = middle + 1;
			else
				high = middle;
		}
		return low;
	};
	return list.slice(first(from), first(to));
}

class Killer {
	constructor(world, driver, random) {
		Object.assign(this, { world, driver, random, front: world.front, wire: world.wire });
		this.kills = [];
		this.whileStarting = 0;
	}

	die(n) {
		return Math.floor(this.random() * n);
	}

	/* --- moments --- */

	held() {
		this.letGo ??= new Promise((done) => { this.drop = () => done(false); });
		return this.letGo;
	}

	onLeave(kind, then) {
		this.wire.onLeave = (t) => {
			if (t.kind !== kind)
				return false;
			return then(t) || false;
		};
	}

	/* The transaction has left the node and is not let through; `late`: it arrives after the kill. */
	holdLeaving(kind, late) {
		this.onLeave(kind, (t) => {
			this.late = late && (this.late || t.connection);
			this.strike(this.random() * 3);
			return late || true;
		});
	}

	/* The transaction is committed, and the node does not hear of it. */
	holdAnswer(kind, fits) {
		this.wire.onDone = (t) => {
			if (t.kind !== kind || t.failed || !fits(t))
				return false;
			this.strike(this.random() * 5);
			return true;
		};
	}

	holdCalls() {
		this.front.onCall = (c) => {
			if (c.back || this.front.byKey.get(c.tail).length > 1)
				return undefined;
			this.strike(this.random() * 15);
			return this.held();
		};
	}

	/* The answers of departments that have done something are not told; the nth strikes. */
	holdTold(n) {
		this.front.onAnswer = (c) => {
			if (c.back || (c.state !== 'approved' && c.state !== 'cancelled'))
				return undefined;
			if (--n <= 0)
				this.strike(this.random() * 20);
			setTimeout(() => this.strike(0), 60);
			return this.held();
		};
	}

	/* --- the kill --- */

	/* In so many milliseconds, once; 0: now. */
	strike(ms) {
		if (this.struck)
			return;
		if (ms > 0.5) {
			const end = now() + ms;
			const look = () => (now() >= end ? this.strike(0) : setImmediate(look));
			setImmediate(look);
			return;
		}
		this.struck = true;
		Object.assign(this.record, { distance: this.front.distance(), calls: this.front.open.size, underWay: this.driver.underWay() });
		this.record.at = now();
		this.record.wall = performance.timeOrigin + this.record.at;
		this.dying = this.world.killNode();
		this.driver.setUp(false);
		this.done();
	}

	async kill(aim, name) {
		this.record = { aim, name, life: this.world.node.begun };
		this.struck = false;
		this.letGo = this.drop = this.late = undefined;
		const struck = new Promise((done) => { this.done = done; });
		ways[aim][name].arm(this);
		const patience = setTimeout(() => { this.record.impatient = true; this.strike(0); }, 1500);
		await struck;
		clearTimeout(patience);
		await this.dying;
		this.kills.push(this.record);
		this.front.unhook();
		this.driver.onTold = () => {};
		if (this.wire)
			this.wire.unhook();
		if (this.drop)
			this.drop();
		if (this.late) {
			const connection = this.late;
			setTimeout(() => connection.release(), this.random() * 300);
		}
	}

	/* The class that has been hit least often so far, by intent. */
	chooseAim() {
		const counts = classes.map((c) => this.kills.filter((k) => k.aim === c && !k.impatient).length + this.random());
		const aim = classes[counts.indexOf(Math.min(...counts))];
		const names = Object.keys(ways[aim]).filter((n) => this.wire || !ways[aim][n].wire);
		return [aim, names[this.die(names.length)]];
	}

	/* Kill, start, kill ... until n have hit, by what is known so far; not after `end`. */
	async run(n, end) {
		while (this.kills.filter((k) => !k.impatient && k.distance <= near).length < n && now() < end) {
			const [aim, name] = this.chooseAim();
			await sleep(20 + this.random() * 80);
			for (const begun = now(); this.front.distance() > 0 && now() < begun + 500;)
				await sleep(2);
			await this.kill(aim, name);
			if (this.random() < 0.06) {
				await this.world.startAndKill(this.random() * 250);
				this.whileStarting++;
			}
			await this.world.start();
			this.driver.setUp(true);
		}
	}

	/* --- what was hit --- */

	/* decided: tail of a key -> ms (wall) of the recorded decision; effects: tails with an effect. */
	classify(decided, effects) {
		const { calls } = this.front, transactions = this.wire ? this.wire.transactions : [], entries = [...this.driver.book.values()];
		const attempts = entries.flatMap((e) => e.attempts).sort((a, b) => a.begun - b.begun);
		const told = entries.filter((e) => e.number).sort((a, b) => a.told - b.told);
		const firstForward = new Map(), firstOfApplication = new Map();
		for (const c of calls) {
			if (c.back || c.forwarded === undefined)
				continue;
			firstForward.set(c.tail, Math.min(c.forwarded, firstForward.get(c.tail) ?? Infinity));
			firstOfApplication.set(c.application, Math.min(c.forwarded, firstOfApplication.get(c.application) ?? Infinity));
		}
		for (const k of this.kills) {
			const T = k.at, mine = between(calls, (c) => c.arrived, k.life, T), sent = between(transactions, (t) => t.left, k.life, T);
			const heard = (c) => (c.back ? c.forwarded : c.told) <= T; /* a file fetched tells nothing */
			const knew = new Set(mine.filter((c) => heard(c) && decisive.has(c.state)).map((c) => c.tail));
			const has = {
				'intake': between(attempts, (a) => a.begun, k.life, T).some((a) => a.written <= T && a.answered === undefined),
				'before send': mine.some((c) => !c.back && c.sha256 && firstForward.get(c.tail) > T) ||
					sent.some((t) => t.done <= T && !t.failed && t.puts.some((p) => firstForward.get(p) > T)) ||
					between(told, (e) => e.told, k.life, T).some((e) => firstOfApplication.get(e.number) > T),
				'after effect': mine.some((c) => !c.back && (c.state === 'approved' || c.state === 'cancelled') && effects.has(c.tail) && c.answered <= T &&
					!(c.told <= T) && !knew.has(c.tail)),
				'before commit': sent.some((t) => !(t.done <= T) && t.settles.some((s) => knew.has(s))) ||
					[...knew].some((tail) => decided.get(tail) > k.wall + 1),
			};
			k.has = classes.filter((c) => has[c]);
			k.class = k.has.includes(k.aim) ? k.aim : [...k.has].reverse()[0];
		}
	}

	/* Kills that count: of a class, with a call in flight not long before. */
	counted() {
		return this.kills.filter((k) => k.class && k.distance <= near);
	}
}

module.exports = { classes, Killer };
