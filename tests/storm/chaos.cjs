/* chaos.cjs: what befalls a system of several nodes, at random: nodes die and begin again, freeze for a
 * moment, PostgreSQL ends and comes back, connections to it are cut before and after a COMMIT, departments die.
 */
'use strict';
const { sleep } = require('../api/harness.cjs');
const { loseOne } = require('../kill/losses.cjs');
const { now } = require('../kill/wire.cjs');

const kinds = ['filing', 'group', 'inbox'], ways = ['before', 'after', 'late'];

class Chaos {
	/* pause: mean ms between two kills */
	constructor(world, driver, random, pause) {
		Object.assign(this, { world, driver, random, pause });
		this.kills = this.whileStarting = this.restarts = this.freezes = this.deaths = 0;
		this.lost = { before: 0, after: 0, late: 0 };
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

	/* A node begins, and again while it cannot: PostgreSQL may be away. */
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
			if (!this.away && !(now() - this.backAt < 3000))
				this.odd.push(`node ${i} ended while starting (${child.exit}): ${world.nodeLog(i).slice(-300)}`);
			await sleep(100);
		}
	}

	async kill(i) {
		const { child } = this.world.nodes[i];
		if (child.exit !== undefined)
			return;
		child.killed = true;
		this.kills++;
		this.whileStarting += !child.ready;
		child.process.kill('SIGKILL');
		await child.ended;
		const one = this.begin(i).finally(() => this.starting.delete(one));
		this.starting.add(one);
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

	async killAll(n, end) {
		while (this.kills < n && now() < end) {
			await this.wait(this.pause);
			await this.kill(Math.floor(this.random() * this.world.nodes.length));
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
		this.restarts++;
		this.away = true;
		this.world.stopDatabase(this.pick(['fast', 'immediate']));
		await sleep(this.random() * 500);
		this.world.startDatabase();
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

	/* Until so many nodes have been killed, or it is over; then all nodes are there again. */
	async run(n, end) {
		await Promise.all([this.killAll(n, end), this.loop(6000, () => this.restartDatabase()), this.loop(1500, () => this.cut()),
			this.loop(4000, () => this.freeze()), this.loop(15000, () => this.killDepartments())]);
		await Promise.all(this.starting);
	}
}

module.exports = { Chaos };
