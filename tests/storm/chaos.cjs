/* chaos.cjs: what befalls a system of several nodes, at random: nodes die and begin again, freeze for a
 * moment, PostgreSQL ends and comes back, connections to it are cut before and after a COMMIT, departments die.
 */
'use strict';
const { sleep } = require('../api/harness.cjs');
const { loseOne } = require('../kill/losses.cjs');
const { now } = require('../kill/wire.cjs');
const { stoodStill } = require('../kill/world.cjs');

const kinds = ['filing', 'group', 'inbox', 'claim'], ways = ['before', 'after', 'late'];
const fewest = 10; /* kills, however slow the machine is */
const patience = 500; /* ms until a kill falls where nothing is in flight */

class Chaos {
	/* pause: mean ms between two kills */
	constructor(world, driver, random, pause) {
		Object.assign(this, { world, driver, random, pause });
		this.kills = this.whileStarting = this.restarts = this.freezes = this.deaths = 0;
		this.lost = { before: 0, after: 0, late: 0 };
		this.struck = []; /* what was in flight at each kill: {filings, calls, commits, under} */
		this.odd = []; /* nodes that ended by themselves while the database was there */
		this.going = true;
		this.starting = new Set();
	}

	/* Exponentially distributed, as what comes without a plan. */
	wait(mean) {
		return sleep(-Math.log(1 - this.random()) * mean);
	}

	pick(list) {
		return list[Math.floor(this.random() * list.length)];
	}

	/* --- nodes --- */

	/* A node begins, and again while it cannot: PostgreSQL may be away, and is not there sooner for being asked. */
	async begin(i) {
		const { world, driver } = this;
		for (;;) {
			const child = world.spawnNode(i);
			if (await child.readied) {
				world.starts.push(child.ready - child.begun);
				driver.setUp(true);
				return;
			}
			if (child.killed)
				return; /* who killed it begins it again */
			if (!this.away && !(child.begun < this.backAt) && !stoodStill(child)) /* the database was there all the time */
				this.odd.push(`node ${i} ended while starting (${child.exit}): ${world.nodeLog(i).slice(-300)}`);
			do
				await sleep(100);
			while (this.away);
		}
	}

	/* The next one is not kept waiting by the end of this one. */
	kill(node) {
		const { child } = node;
		child.killed = true;
		this.kills++;
		this.whileStarting += !child.ready;
		this.struck.push(this.inFlight());
		child.process.kill('SIGKILL');
		this.driver.setUp(this.living(false).length > 0); /* who asks where nobody is only keeps the machine busy */
		const one = child.ended.then(() => this.begin(this.world.nodes.indexOf(node))).finally(() => this.starting.delete(one));
		this.starting.add(one);
	}

	/* Those that are at work; any: also those that begin. */
	living(any) {
		return this.world.nodes.filter(({ child }) => !child.killed && child.exit === undefined && (any || child.ready));
	}

	/* Until there is one. A slow machine starts nodes more slowly than they would die: what befalls them
	 * waits for one at work, or nothing would ever be done in between. */
	async some(any) {
		while (this.going && !this.living(any).length)
			await sleep(10);
		return this.living(any);
	}

	/* Filings and calls without an answer yet, commits on their way, applications that have not ended. */
	inFlight() {
		const { driver, world } = this;
		return { filings: driver.open.size, calls: world.front.open.size,
			commits: kinds.reduce((n, kind) => n + world.wire.open(kind).length, 0), under: driver.underWay() };
	}

	/* A node that nobody asks for anything has nothing to lose. */
	async somethingInFlight() {
		for (const end = now() + patience; this.going && now() < end; await sleep(1 + this.random() * 4)) {
			const { filings, calls, commits } = this.inFlight();
			if (filings + calls + commits > 0)
				return;
		}
	}

	/* What is noted in memory goes out to the files of heads now, not in a minute: verify holds against it. */
	async writeNoted() {
		const living = this.living(false);
		if (living.length)
			this.pick(living).child.process.kill('SIGALRM');
	}

	/* It sees nothing of the world for a while, and goes on as if nothing had been. */
	async freeze() {
		const { child } = this.pick(this.world.nodes);
		if (!child.ready || child.exit !== undefined)
			return;
		this.freezes++;
		child.process.kill('SIGSTOP');
		await sleep(200 + this.random() * 1500);
		if (child.exit === undefined)
			child.process.kill('SIGCONT');
	}

	/* Mostly one at work, now and then one that begins. */
	async killAll(n) {
		while (this.kills < n && (now() < this.end || this.kills < fewest)) {
			await this.wait(this.pause);
			const any = this.random() < 0.15;
			await this.some(any);
			await this.somethingInFlight();
			const living = this.living(any);
			if (living.length)
				this.kill(this.pick(living));
		}
		this.going = false;
	}

	/* --- the rest of the world --- */

	async loop(mean, blow) {
		while (this.going) {
			await this.wait(mean);
			if (this.going)
				await blow();
		}
	}

	async restartDatabase() {
		await this.some(false);
		this.restarts++;
		this.away = true;
		await this.world.stopDatabase(this.pick(['fast', 'immediate']));
		await sleep(this.random() * 500);
		await this.world.startDatabase();
		this.backAt = now();
		this.away = false;
	}

	async cut() {
		const way = this.pick(ways), t = await loseOne(this.world.wire, this.pick(kinds), way);
		this.lost[way] += Boolean(t);
		if (t && way === 'late') {
			await sleep(this.random() * 1000);
			t.connection.release();
		}
	}

	async killDepartments() {
		this.deaths++;
		await this.world.restartDepartments();
	}

	/* Until so many nodes have been killed, or the time is over and a few have; then all nodes are there again. */
	async run(n, end) {
		this.end = end;
		await Promise.all([this.killAll(n), this.loop(6000, () => this.restartDatabase()), this.loop(1500, () => this.cut()),
			this.loop(4000, () => this.freeze()), this.loop(15000, () => this.killDepartments()),
			this.loop(400, () => this.writeNoted())]);
		await Promise.all(this.starting);
	}
}

module.exports = { Chaos, fewest };
