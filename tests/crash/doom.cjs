/* doom.cjs: a node that is to end at a point; what is done until it does. */
'use strict';
const fs = require('node:fs');
const http = require('node:http');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { program, sleep, sources } = require('../api/harness.cjs');
const { clock, people } = require('../lives.cjs');
const paper = require('../papers.cjs');
const { now } = require('../kill/wire.cjs');

const patience = 300000; /* ms, on any machine; most points come by within one second */

class Doom {
	constructor(world, driver, random) {
		Object.assign(this, { world, driver, random });
		this.hits = 0;
		this.environment = {}; /* of the node that is to end */
		this.minutes = 0;
	}

	/* From now on a second node shares the work. */
	async joinSecond() {
		const { world } = this;
		await world.addNode();
		await world.start(1, this.environment);
	}

	/* While calls are under way their departments and the node end; when they begin again it is later by
	 * everybody's clock. */
	async sleepFor(minutes) {
		const { world, driver } = this;
		world.departments.process.kill('SIGKILL');
		await world.departments.ended;
		const told = () => [...driver.book.values()].filter((e) => e.number).length;
		const before = told(), end = now() + 5000;
		for (driver.burst(6); told() < before + 4 && now() < end;)
			await sleep(20);
		await world.killNode(0);
		this.minutes += minutes;
		clock.ahead = 60000 * this.minutes;
		const seconds = String(60 * this.minutes);
		this.environment = { YJS_DATABASE_CLOCK: seconds };
		await world.restartDepartments({ YJS_WALL_CLOCK: seconds });
	}

	/* End the node there; gives what went wrong. */
	async run(name, hit, need) {
		if (need.migrate)
			return this.migrate(name, hit, need);
		if (need.archive)
			return this.archive(name, hit);
		if (need.prime && (await this.end0(need.prime, 1, needNone)) !== '')
			return `it did not end at ${need.prime} before`;
		if (need.minutes)
			await this.sleepFor(need.minutes);
		if (!need.once)
			return this.end0(name, hit, need);
		const first = await this.end0(name, 1, need);
		return hit === 1 || first ? first : this.end0(name, 1, need);
	}

	/* The first node ends; another life of it begins, that ends at the point. */
	async end0(name, hit, need) {
		const { world, driver } = this;
		await world.killNode(0);
		const from = fs.statSync(`${world.dir}/node.log`).size;
		this.orphaned = false;
		const child = world.spawnNode(0, { ...this.environment, YJS_CRASH: `${name}:${hit}` });
		const end = now() + patience;
		child.readied.then((ready) => ready && driver.setUp(true));
		while (child.exit === undefined && now() < end) {
			await Promise.race([child.ended, sleep(150)]);
			if (child.ready && child.exit === undefined)
				await this.push(child, need);
		}
		if (child.exit === undefined) {
			child.process.kill('SIGKILL');
			await child.ended;
		}
		driver.setUp(world.nodes.length > 1);
		const said = fs.readFileSync(`${world.dir}/node.log`).subarray(from).toString();
		if (child.exit === 'SIGKILL' && said.includes(`crash point ${name}:${hit}\n`)) {
			this.hits++;
			return '';
		}
		return child.exit === 'SIGKILL' ? `it never came by in ${patience} ms` : `the node ended otherwise (${child.exit}): ${said.slice(-600)}`;
	}

	/* What makes the point come by, besides those who file all the time. */
	async push(child, need) {
		const { driver, world } = this;
		if (need.push === 'reload')
			child.process.kill('SIGHUP');
		if (need.push === 'heads')
			child.process.kill('SIGALRM');
		if (need.push === 'upload')
			await this.upload();
		if (need.push === 'repeat')
			await this.repeat();
		if (need.push === 'withdraw')
			await this.withdraw();
		if (need.push === 'consent')
			this.marry();
		if (need.push === 'orphan' && world.nodes.length > 1 && !this.orphaned)
			await this.orphan(child);
		if (driver.underWay() < driver.most)
			driver.burst(1);
		await sleep(Math.min(100, 20 * world.nodes.length));
	}

	/* What the second node had is left to the first; it comes back when that has ended over it. */
	async orphan(child) {
		this.orphaned = true;
		await this.world.killNode(1);
		await Promise.race([child.ended, sleep(patience / 4)]);
		await this.world.start(1, this.environment);
	}

	/* A paper to the node that is to end; whatever it answers. */
	upload() {
		const { account } = people[0], body = paper.pdf(3000, `${this.random()}`);
		return new Promise((done) => {
			const x = http.request({ host: '127.0.0.1', port: this.world.nodes[0].port, method: 'POST', path: '/api/v1/files', agent: false,
				headers: { Authorization: `Bearer ${this.driver.tokens.get(account)}`, 'Content-Type': 'application/pdf', 'Content-Length': body.length } },
			(told) => told.resume().on('end', done).on('error', done));
			x.on('error', done);
			x.end(body);
		});
	}

	/* What is known to be accepted once more. */
	async repeat() {
		const told = [...this.driver.book.values()].filter((e) => e.text !== undefined);
		if (told.length)
			await this.driver.attempt(told[Math.floor(this.random() * told.length)]);
	}

	/* A couple; the next when everybody who was to agree has been heard. There are not many. */
	marry() {
		const { driver } = this;
		const asked = [...driver.book.values()].some((e) => e.event === 'marriage' && !e.refused &&
			!e.acts.some((a) => a.what === 'signatures' && a.status !== undefined));
		const couple = asked ? undefined : driver.keptOne('marriage');
		if (couple)
			driver.begin(couple);
	}

	/* One who has something under way does not want it any more. */
	async withdraw() {
		const { driver } = this;
		const open = [...driver.book.values()].filter((e) => e.number && !e.over && !e.acts.some((a) => a.what === 'withdrawal'));
		for (const entry of open.slice(-3)) {
			const seen = await driver.see(entry);
			if (seen?.items.some((i) => i.status === 'acknowledged'))
				driver.act(entry, 'withdrawal', {}).catch(() => {});
		}
	}

	/* A database that is empty is brought up to date, ended there, and once more, to the end. */
	async migrate(name, hit, need) {
		const { world } = this, base = `empty${this.hits}`;
		world.sql(`CREATE DATABASE ${base} OWNER yijianshi_owner`, 'postgres');
		const at = (role) => `host=${world.pg} dbname=${base} user=${role}`;
		const environment = { YIJIANSHI_DATABASE: at('yijianshi'), YIJIANSHI_DATABASE_OWNER: at('yijianshi_owner') };
		const migrate = (more) => spawnSync(program, ['migrate', '--config', world.config], { encoding: 'utf8', cwd: '/',
			env: { ...process.env, ...environment, ...more } });
		for (let i = 0; i < (need.once ? hit : 1); i++) {
			const ended = migrate({ YJS_CRASH: `${name}:${need.once ? 1 : hit}` });
			if (ended.signal !== 'SIGKILL')
				return `it did not come by: ${ended.status} ${ended.stderr}`;
		}
		this.hits++;
		const again = migrate({}), sealed = migrate({});
		world.sql(`DROP DATABASE ${base}`, 'postgres');
		return again.status === 0 && sealed.status === 0 ? '' : `it is not brought up to date after that: ${again.stderr}${sealed.stderr}`;
	}

	/* A command on a database beside the nodes' own, with a key of its own. */
	beside(base, args, more = {}) {
		const { world } = this, at = (role) => `host=${world.pg} dbname=${base} user=${role}`;
		return spawnSync(program, [...args, '--config', world.config], { encoding: 'utf8', cwd: '/', env: { ...process.env,
			YIJIANSHI_DATABASE: at('yijianshi'), YIJIANSHI_DATABASE_OWNER: at('yijianshi_owner'),
			YIJIANSHI_KEY_FILE: path.join(world.dir, base, 'sealing.key'), ...more } });
	}

	/* A database with five months of finished applications, a few in each. */
	makePast() {
		const { world } = this, base = `past${this.hits}`;
		fs.mkdirSync(path.join(world.dir, base), { mode: 0o700 });
		world.sql(`CREATE DATABASE ${base} OWNER yijianshi_owner`, 'postgres');
		for (const args of [['migrate'], ['past', '25', '--event', 'employment', '--from', '2026-01-01', '--to', '2026-05-31',
			'--like', path.join(sources, 'tests', 'past', 'employment.json')]]) {
			const made = this.beside(base, args);
			if (made.status !== 0)
				return `${args[0]}: ${made.stderr}`;
		}
		this.months = { base, left: ['01', '02', '03', '04', '05'] };
		return '';
	}

	/* A month leaves, ended there so many times, and once more, to the end: nothing differs. */
	archive(name, hit) {
		const unmade = this.months?.left.length ? '' : this.makePast();
		if (unmade)
			return unmade;
		const { base, left } = this.months, month = left.shift();
		for (let i = 0; i < hit; i++) {
			const ended = this.beside(base, ['archive', `2026-${month}`], { YJS_CRASH: `${name}:1` });
			if (ended.signal !== 'SIGKILL')
				return `it did not come by: ${ended.status} ${ended.stderr}`;
		}
		this.hits++;
		for (const [args, told] of [[['archive', `2026-${month}`], /^[1-9]\d* applications, .* 0 differences:/], [['verify'], /, 0 differences\n$/]]) {
			const { status, stdout, stderr } = this.beside(base, args);
			if (status !== 0 || !told.test(stdout))
				return `${args.join(' ')} after that: ${status} ${stdout}${stderr}`;
		}
		const [[still]] = this.world.sql(`SELECT count(*) FROM pg_class WHERE relname = 'application_2026_${month}'`, base);
		return still === '0' ? '' : `2026-${month} is still here`;
	}

	/* All is as it should be again: each node is there. */
	async end() {
		await this.world.killNode(0);
		await this.world.start(0, this.environment);
		this.driver.setUp(true);
	}
}

const needNone = {};

module.exports = { Doom };
