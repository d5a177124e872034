/* world.cjs: the whole system on free loopback ports, for killing: PostgreSQL (our own behind a wire,
 * or the node's private one), the simulated departments behind a front, and a node, or several on one
 * database, that are started again and again.
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
const patience = 120000; /* ms to start or to stop, on any machine */
const tries = 5;
const trouble = /ERROR: (Address|Leak|Undefined)|runtime error:|SUMMARY: |took no signal|an inbox row does not open|cannot go on/;

/* What a node says that was not let go on for long while it started; it begins again. */
const still = /database.*: (no answer|canceling statement due to lock timeout)|毫秒,已停止/;
const stoodStill = (child) => still.test(child.said);

const environmentC = { ...process.env, LC_ALL: 'C' };

function run(command, args) {
	const told = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, env: environmentC });
	if (told.status !== 0)
		throw new Error(`${path.basename(command)} ${args[0]}: ${told.error || told.stderr || told.stdout}`);
	return told.stdout;
}

/* The same while everything else goes on: the wire, the front, those who file and who kill. */
function runBeside(command, args) {
	const child = spawn(command, args, { stdio: 'ignore', env: environmentC });
	return new Promise((done, fail) => {
		child.once('error', fail);
		child.once('exit', (status) => (status === 0 ? done() : fail(new Error(`${path.basename(command)} ${args.join(' ')}: ${status}`))));
	});
}

/* A process of the program whose output goes to a file; its end is a promise. `through`: what runs the program. */
class Child {
	constructor(args, log, onLine, environment = {}, through = undefined) {
		this.begun = now();
		this.process = spawn(through ?? program, through ? [program, ...args] : args, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment } });
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
			this.out.end(() => done(this.exit)); /* its last words can be read by then */
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

/* After so long, were the machine to run all the while: what stands still takes the clock of this process with it. */
function afterPatience(ms, then) {
	let left = Math.ceil(ms / 1000);
	const beat = setInterval(() => --left > 0 || (clearInterval(beat), then()), 1000);
	return beat;
}

const worlds = [];

/* However the suite ends, nothing is left behind. */
process.on('exit', () => {
	for (const world of worlds)
		world.abandon();
});

class World {
	/* name: of its folder; own: our PostgreSQL behind a wire, else the node's private one; faults and
	 * delay: of the departments; nodes: how many (more than one: own); environment: of them. */
	constructor({ name, own, faults = [], delay = 0, nodes = 1, environment = {} }) {
		Object.assign(this, { name, own, faults, delay, environment });
		worlds.push(this);
		this.dir = path.join(scratch, `${name}${worlds.length}`);
		this.nodes = Array.from({ length: nodes }, (_, i) => this.place(i));
		this.config = this.nodes[0].config;
		this.data = path.join(this.dir, 'data');
		this.pg = own ? path.join(this.dir, 'pg') : path.join(this.data, 'run');
		this.troubles = [];   /* what no log may say */
		this.starts = [];     /* ms from start to ready */
		this.resumes = [];    /* ms from start to the first call to a department */
		this.ticks = 0;       /* seconds in which a recount was due: where the machine stands still there are none */
		this.recounts = [];   /* verify while it ran, as far as it came through: {at, ms, exit, text} */
	}

	place(i) {
		return { name: `killed${i || ''}`, config: path.join(this.dir, `service${i || ''}.conf`) };
	}

	/* Room for one more node; it is not started. */
	async addNode() {
		const node = this.place(this.nodes.length);
		node.port = await freePort();
		this.nodes.push(node);
		this.writeConfigOf(node, {});
	}

	async open() {
		fs.mkdirSync(this.data, { recursive: true, mode: 0o700 });
		for (const node of this.nodes)
			node.port = await freePort();
		this.front = await new Front(() => this.departmentsPort, () => this.port).listen();
		if (this.own) {
			this.wire = await new Wire(() => path.join(this.pg, '.s.PGSQL.5432')).listen();
			await this.makeDatabase();
		}
		this.writeConfig();
		await this.startDepartments(this.faults);
		for (let i = 0; i < this.nodes.length; i++)
			await this.start(i);
	}

	/* The process of the first node. */
	get node() {
		return this.nodes[0].child;
	}

	/* Of a node that is ready, if one is: people come to any of them. */
	get port() {
		const ready = this.nodes.filter((n) => n.child && n.child.ready && n.child.exit === undefined);
		return (ready.length ? ready[Math.floor(Math.random() * ready.length)] : this.nodes[0]).port;
	}

	/* --- PostgreSQL --- */

	async makeDatabase() {
		const data = path.join(this.pg, 'data');
		fs.mkdirSync(this.pg, { mode: 0o700 });
		run(`${bin}/initdb`, ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8']);
		fs.appendFileSync(path.join(data, 'postgresql.conf'),
			`listen_addresses = ''\nunix_socket_directories = '${this.pg}'\nmax_connections = 60\n`);
		await this.startDatabase();
		for (const sql of ['CREATE ROLE yijianshi_owner LOGIN', 'CREATE ROLE yijianshi LOGIN',
			'CREATE DATABASE yijianshi OWNER yijianshi_owner'])
			this.sql(sql, 'postgres');
	}

	startDatabase() {
		return runBeside(`${bin}/pg_ctl`, ['-D', path.join(this.pg, 'data'), '-w', '-s', '-t', '300', '-l', path.join(this.dir, 'postgresql.log'), 'start']);
	}

	stopDatabase(mode) {
		return runBeside(`${bin}/pg_ctl`, ['-D', path.join(this.pg, 'data'), '-w', '-s', '-t', '300', '-m', mode, 'stop']);
	}

	/* Rows of columns parted by '|', read as the superuser past the wire. */
	sql(statement, database = 'yijianshi') {
		return run('psql', ['-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1', '-h', this.pg, '-U', 'postgres', '-d', database, '-c',
			statement]).split('\n').filter(Boolean).map((line) => line.split('|'));
	}

	/* --- processes --- */

	writeConfig(changes = {}) {
		for (const node of this.nodes)
			this.writeConfigOf(node, changes);
	}

	writeConfigOf(node, changes) {
		const settings = { listen: `127.0.0.1:${node.port}`, data_dir: this.data, node: node.name, log_level: 'info',
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
		Object.assign(settings, changes);
		fs.writeFileSync(node.config, Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`).join(''));
	}

	watch(line) {
		if (trouble.test(line))
			this.troubles.push(line.slice(0, 300));
	}

	/* They end without a word, and begin again with what they had written down. */
	async restartDepartments(environment = {}, faults = this.faults) {
		this.departments.process.kill('SIGKILL');
		await this.departments.ended;
		this.departmentsClock = environment;
		await this.startDepartments(faults);
	}

	async startDepartments(faults) {
		const args = ['departments', '--config', this.config, '--port', String(this.departmentsPort || 0),
			'--dir', this.departmentsDir ?? path.join(this.dir, 'departments'), '--delay', String(this.delay), ...faults.flatMap((f) => ['--fault', f])];
		await new Promise((done, fail) => {
			this.departments = new Child(args, path.join(this.dir, 'departments.log'), (line) => {
				this.watch(line);
				const ready = /ready on http:\/\/127\.0\.0\.1:(\d+)/.exec(line);
				if (ready)
					done(this.departmentsPort = Number(ready[1]));
			}, this.departmentsClock);
			this.departments.ended.then((exit) => fail(new Error(`the departments ended: ${exit}, see ${this.dir}/departments.log`)));
		});
	}

	/* Start a node; `ready` is true once it answers, false when it ended before. `through`: what runs it. */
	spawnNode(i = 0, environment = {}, through = undefined) {
		const node = this.nodes[i], seen = this.front.calls.length;
		const child = new Child(['serve', '--config', node.config], path.join(this.dir, `node${i || ''}.log`), (line) => {
			this.watch(line);
			child.said = line;
			if (/ready on /.test(line))
				said(true);
		}, { YJS_HEADS_ROOM: '2000', ...this.environment, ...environment }, through);
		let said;
		const saidReady = new Promise((done) => { said = done; });
		child.ended.then(() => said(false));
		node.child = child;
		child.firstCall = () => this.front.calls.slice(seen).find((c) => !c.back && c.arrived > child.begun);
		child.readied = saidReady.then(async () => {
			while (child.exit === undefined && await get(node.port, '/readyz') !== 200)
				await sleep(2);
			if (child.exit === undefined)
				child.ready = now();
			else
				await child.ended; /* its last words can be read */
			return child.exit === undefined;
		});
		return child;
	}

	/* Start a node and wait until it is ready; again where the machine stood still meanwhile. `through`: what runs it. */
	async start(i = 0, environment = {}, through = undefined) {
		for (let left = tries; ; left--) {
			const child = this.spawnNode(i, environment, through);
			const late = afterPatience(patience, () => child.process.kill('SIGKILL')), ready = await child.readied;
			clearInterval(late);
			if (ready) {
				this.starts.push(child.ready - child.begun);
				return child;
			}
			if (left === 1 || !stoodStill(child))
				throw new Error(`the node ended while starting (${child.exit}):\n${this.nodeLog(i).slice(-1500)}`);
		}
	}

	nodeLog(i = 0) {
		return fs.readFileSync(path.join(this.dir, `node${i || ''}.log`), 'utf8');
	}

	/* Start the node and kill it `ms` later, wherever it is. */
	async startAndKill(ms) {
		const child = this.spawnNode();
		await sleep(ms);
		if (child.exit !== undefined)
			throw new Error(`the node ended while starting (${child.exit}):\n${this.nodeLog().slice(-1500)}`);
		child.process.kill('SIGKILL');
		await child.ended;
	}

	/* kill -9, and gone. */
	async killNode(i = 0) {
		const { child } = this.nodes[i];
		child.killed = true;
		child.process.kill('SIGKILL');
		await child.ended;
		const first = child.firstCall && child.firstCall();
		if (first && this.starts.length > 1)
			this.resumes.push(first.arrived - child.begun);
	}

	/* SIGTERM; the exit status. */
	async stopChild(child, ms = patience) {
		const late = afterPatience(ms, () => child.process.kill('SIGKILL'));
		child.process.kill('SIGTERM');
		const exit = await child.ended;
		clearInterval(late);
		return exit;
	}

	/* --- one life after the other, each from the same beginning --- */

	/* Keep the database as it is now, as what each life begins with. */
	async keep() {
		await this.stopNodes(patience);
		this.sql('CREATE DATABASE beginning TEMPLATE yijianshi', 'postgres');
	}

	async stopNodes(ms = 3000) {
		for (const { child } of this.nodes) {
			child.process.kill('SIGTERM');
			const late = setTimeout(() => child.process.kill('SIGKILL'), ms);
			await child.ended;
			clearTimeout(late);
		}
	}

	/* Begin again: the database as it was kept, departments that know nothing, empty books. `environment` is
	 * of the node; `keyless`: some departments keep no keys. */
	async renew(environment, keyless) {
		this.sql('DROP DATABASE yijianshi WITH (FORCE)', 'postgres');
		this.sql('CREATE DATABASE yijianshi TEMPLATE beginning OWNER yijianshi_owner', 'postgres');
		fs.rmSync(path.join(this.data, 'key.heads'), { recursive: true, force: true }); /* of the life before */
		this.lives = (this.lives ?? 0) + 1;
		this.environment = environment;
		this.writeConfig(keyless ? { connectors_dir: this.keyless() } : {});
		this.departmentsDir = path.join(this.dir, `departments${this.lives}`);
		fs.cpSync(path.join(this.dir, 'departments', 'secrets'), path.join(this.departmentsDir, 'secrets'), { recursive: true });
		await this.restartDepartments();
		this.front.forget();
		this.wire.transactions = [];
		this.recounts = [];
		this.ticks = 0;
		this.troubles = [];
		await this.start();
	}

	/* Connectors of which some keep no keys. */
	keyless() {
		const dir = path.join(this.dir, 'connectors');
		fs.cpSync(path.join(sources, 'connectors'), dir, { recursive: true });
		for (const id of ['health', 'public_security', 'hrss']) {
			const file = path.join(dir, `${id}.lua`), text = fs.readFileSync(file, 'utf8');
			fs.writeFileSync(file, text.replace(/^(connector ".*)$/m, '$1\n  once_per = "none",'));
		}
		return dir;
	}

	/* A command of the program beside the node, past the wire: {exit, text}. */
	command(...args) {
		const past = this.own && { YIJIANSHI_DATABASE: `host=${this.pg} dbname=yijianshi user=yijianshi` };
		return new Promise((done) => {
			const child = spawn(program, [...args, '--config', this.config],
				{ cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...past } });
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
		const timer = setInterval(() => {
			this.ticks++;
			if (running.size < 4)
				begin();
		}, 1000);
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
		for (const child of [...this.nodes.map((n) => n.child), this.departments])
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
		await Promise.all(this.nodes.map((n) => n.child?.ended));
		await this.departments?.ended;
		this.front?.close();
		this.wire?.close();
		worlds.splice(worlds.indexOf(this), 1);
	}
}

module.exports = { get, stoodStill, World };
