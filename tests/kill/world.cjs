/* world.cjs: the whole system on free loopback ports, for killing: PostgreSQL (our own behind a wire,
 * or the node's private one), the simulated departments behind a front, and one node that is started
 * again and again.
 */
'use strict';
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { departmentIds, freePort, program, scratch, sleep, sources } = require('../api/harness.cjs');
const { Front } = require('./front.cjs');
const { now, Wire } = require('./wire.cjs');

const bin = ['17', '16', '15'].map((v) => `/usr/lib/postgresql/${v}/bin`).find((d) => fs.existsSync(d)) || '/usr/bin';
const trouble = /ERROR: (Address|Leak|Undefined)|runtime error:|SUMMARY: |took no signal|an inbox row does not open|cannot go on/;

function run(command, args) {
	const told = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, LC_ALL: 'C' } });
	if (told.status !== 0)
		throw new Error(`${path.basename(command)} ${args[0]}: ${told.error || told.stderr || told.stdout}`);
	return told.stdout;
}

/* A process whose output goes to a file; its end is a promise. */
class Child {
	constructor(args, log, onLine) {
		this.begun = now();
		this.process = spawn(program, args, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
		this.out = fs.createWriteStream(log, { flags: 'a', mode: 0o600 });
		let line = '';
		for (const stream of [this.process.stdout, this.process.stderr])
			stream.on('data', (part) => {
				this.out.write(part);
				const lines = (line + part).split('\n');
				line = lines.pop();
				lines.forEach(onLine);
			});
		this.ended = new Promise((done) => this.process.once('close', (code, signal) => {
			this.exit = signal ?? code;
			this.out.end();
			done(this.exit);
		}));
	}

	get pid() {
		return this.process.pid;
	}
}

function get(port, target) {
	return new Promise((done) => {
		http.get({ host: '127.0.0.1', port, path: target, agent: false, timeout: 2000 }, (x) => {
			x.resume();
			x.on('end', () => done(x.statusCode));
			x.on('error', () => done(0));
		}).on('error', () => done(0)).on('timeout', function () { this.destroy(); });
	});
}

const worlds = [];

/* However the suite ends, nothing is left behind. */
process.on('exit', () => {
	for (const world of worlds)
		world.abandon();
});

class World {
	/* name: of its folder; own: our PostgreSQL behind a wire, else the node's private one; faults and
	 * delay: of the departments. */
	constructor({ name, own, faults = [], delay = 0 }) {
		Object.assign(this, { name, own, faults, delay });
		worlds.push(this);
		this.dir = path.join(scratch, `${name}${worlds.length}`);
		this.config = path.join(this.dir, 'service.conf');
		this.data = path.join(this.dir, 'data');
		this.pg = own ? path.join(this.dir, 'pg') : path.join(this.data, 'run');
		this.troubles = [];   /* what no log may say */
		this.starts = [];     /* ms from start to ready */
		this.resumes = [];    /* ms from start to the first call to a department */
		this.recounts = [];   /* verify while it ran, as far as it came through: {at, ms, exit, text} */
	}

	async open() {
		fs.mkdirSync(this.data, { recursive: true, mode: 0o700 });
		this.port = await freePort();
		this.front = await new Front(() => this.departmentsPort, () => this.port).listen();
		if (this.own) {
			this.wire = await new Wire(() => path.join(this.pg, '.s.PGSQL.5432')).listen();
			this.makeDatabase();
		}
		this.writeConfig();
		await this.startDepartments(this.faults);
		await this.start();
	}

	/* --- PostgreSQL --- */

	makeDatabase() {
		const data = path.join(this.pg, 'data');
		fs.mkdirSync(this.pg, { mode: 0o700 });
		run(`${bin}/initdb`, ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8']);
		fs.appendFileSync(path.join(data, 'postgresql.conf'),
			`listen_addresses = ''\nunix_socket_directories = '${this.pg}'\nmax_connections = 60\n`);
		this.startDatabase();
		for (const sql of ['CREATE ROLE yijianshi_owner LOGIN', 'CREATE ROLE yijianshi LOGIN',
			'CREATE DATABASE yijianshi OWNER yijianshi_owner'])
			this.sql(sql, 'postgres');
	}

	startDatabase() {
		run(`${bin}/pg_ctl`, ['-D', path.join(this.pg, 'data'), '-w', '-s', '-l', path.join(this.dir, 'postgresql.log'), 'start']);
	}

	stopDatabase(mode) {
		run(`${bin}/pg_ctl`, ['-D', path.join(this.pg, 'data'), '-w', '-s', '-m', mode, 'stop']);
	}

	/* Rows of columns parted by '|', read as the superuser past the wire. */
	sql(statement, database = 'yijianshi') {
		return run('psql', ['-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1', '-h', this.pg, '-U', 'postgres', '-d', database, '-c',
			statement]).split('\n').filter(Boolean).map((line) => line.split('|'));
	}

	/* --- processes --- */

	writeConfig() {
		const settings = { listen: `127.0.0.1:${this.port}`, data_dir: this.data, node: 'killed', log_level: 'info',
			events_dir: path.join(sources, 'events'), connectors_dir: path.join(sources, 'connectors'),
			scripts_dir: path.join(sources, 'scripts'), public_url: `http://127.0.0.1:${this.front.port}` };
		for (const id of departmentIds) {
			settings[`department.${id}.url`] = `http://127.0.0.1:${this.front.port}/${id}`;
			settings[`department.${id}.secret_file`] = path.join(this.dir, 'departments', 'secrets', id);
		}
		if (this.own) {
			const base = `host=127.0.0.1 port=${this.wire.port} sslmode=disable gssencmode=disable dbname=yijianshi`;
			settings.database = `${base} user=yijianshi`;
			settings.database_owner = `host=${this.pg} user=yijianshi_owner dbname=yijianshi`;
		}
		fs.writeFileSync(this.config, Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`).join(''));
	}

	watch(line) {
		if (trouble.test(line))
			this.troubles.push(line.slice(0, 300));
	}

	async startDepartments(faults) {
		const args = ['departments', '--config', this.config, '--port', String(this.departmentsPort || 0),
			'--dir', path.join(this.dir, 'departments'), '--delay', String(this.delay), ...faults.flatMap((f) => ['--fault', f])];
		await new Promise((done, fail) => {
			this.departments = new Child(args, path.join(this.dir, 'departments.log'), (line) => {
				this.watch(line);
				const ready = /ready on http:\/\/127\.0\.0\.1:(\d+)/.exec(line);
				if (ready)
					done(this.departmentsPort = Number(ready[1]));
			});
			this.departments.ended.then((exit) => fail(new Error(`the departments ended: ${exit}, see ${this.dir}/departments.log`)));
		});
	}

	/* Start the node and wait until it is ready. */
	async start() {
		const log = path.join(this.dir, 'node.log');
		let said;
		const saidReady = new Promise((done) => { said = done; });
		const child = new Child(['serve', '--config', this.config], log, (line) => {
			this.watch(line);
			if (/ready on /.test(line))
				said(true);
		});
		const seen = this.front.calls.length;
		this.node = child;
		child.ended.then(() => said(false));
		const late = setTimeout(() => child.process.kill('SIGKILL'), 60000);
		if (!await saidReady)
			throw new Error(`the node ended while starting (${child.exit}):\n${fs.readFileSync(log, 'utf8').slice(-1500)}`);
		while (await get(this.port, '/readyz') !== 200) {
			if (child.exit !== undefined)
				throw new Error(`the node ended (${child.exit}): see ${log}`);
			await sleep(2);
		}
		clearTimeout(late);
		child.ready = now();
		this.starts.push(child.ready - child.begun);
		child.firstCall = () => this.front.calls.slice(seen).find((c) => !c.back && c.arrived > child.begun);
	}

	/* Start the node and kill it `ms` later, wherever it is. */
	async startAndKill(ms) {
		const child = new Child(['serve', '--config', this.config], path.join(this.dir, 'node.log'), (line) => this.watch(line));
		this.node = child;
		await sleep(ms);
		if (child.exit !== undefined)
			throw new Error(`the node ended while starting (${child.exit}):\n${fs.readFileSync(path.join(this.dir, 'node.log'), 'utf8').slice(-1500)}`);
		child.process.kill('SIGKILL');
		await child.ended;
	}

	/* kill -9, and gone. */
	async killNode() {
		const child = this.node;
		child.killed = true;
		child.process.kill('SIGKILL');
		await child.ended;
		const first = child.firstCall && child.firstCall();
		if (first && this.starts.length > 1)
			this.resumes.push(first.arrived - child.begun);
	}

	/* SIGTERM; the exit status. */
	async stopChild(child, ms = 30000) {
		const late = setTimeout(() => child.process.kill('SIGKILL'), ms);
		child.process.kill('SIGTERM');
		const exit = await child.ended;
		clearTimeout(late);
		return exit;
	}

	/* A command of the program beside the node: {exit, text}. */
	command(...args) {
		return new Promise((done) => {
			const child = spawn(program, [...args, '--config', this.config], { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
			let text = '';
			child.stdout.on('data', (part) => { text += part; });
			child.stderr.on('data', (part) => { text += part; });
			child.once('close', (exit) => done({ exit, text }));
		});
	}

	/* Recount everything each second, until told to end: a second later the next one begins, whether this
	 * one has ended or not. What finds no database says nothing. */
	recount() {
		const running = new Set();
		const begin = () => {
			const at = now();
			const one = this.command('verify').then(({ exit, text }) => {
				running.delete(one);
				if (/ differences?\n/.test(text))
					this.recounts.push({ at, ms: now() - at, exit, text });
			});
			running.add(one);
		};
		const timer = setInterval(() => running.size < 4 && begin(), 1000);
		return async () => {
			clearInterval(timer);
			await Promise.all(running);
		};
	}

	/* The departments' ledger. */
	async ledger() {
		const text = await new Promise((done, fail) => {
			http.get({ host: '127.0.0.1', port: this.departmentsPort, path: '/_ledger', agent: false }, (x) => {
				let all = '';
				x.setEncoding('utf8');
				x.on('data', (part) => { all += part; });
				x.on('end', () => done(all));
				x.on('error', fail);
			}).on('error', fail);
		});
		return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
	}

	abandon() {
		for (const child of [this.node, this.departments])
			if (child && child.exit === undefined)
				child.process.kill('SIGKILL');
		const postmaster = path.join(this.pg, 'data', 'postmaster.pid');
		try {
			if (this.own)
				process.kill(Number(fs.readFileSync(postmaster, 'utf8').split('\n')[0]), 'SIGQUIT');
		} catch { /* it has ended */ }
	}

	async close() {
		this.abandon();
		await this.node?.ended;
		await this.departments?.ended;
		this.front?.close();
		this.wire?.close();
		worlds.splice(worlds.indexOf(this), 1);
	}
}

module.exports = { get, World };
